import { expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { folderWith } from './given/folder.js'

const folder = await folderWith({ bad: logOf(eventLine(), 'no event') })
// Much more than a pipe can buffer, so that the writer notices that the reader is gone.
await folder.run(['generate', '--events', '4000', '--clients', '200', '--out', 'large'])

/** Pipes the command into another, and adds its exit code to stderr. */
const piped = async (line: string, into: string) => {
  const { stdout, stderr } = await folder.shell(
    `{ clientfold ${line}; echo "code $?" >&2; } | ${into}`,
  )
  return { stdout, stderr }
}

it('replay ends quietly if its reader stops after one line', async () => {
  const { stdout, stderr } = await piped('replay large', 'head -n 1')
  expect(stdout).toMatch(/^\{"object":"client",.*\}\n$/)
  expect(stderr).toBe('code 0\n')
})

it.each([{ format: 'json' }, { format: 'table' }])(
  'replay --format $format ends quietly if its reader stops after one line',
  async ({ format }) => {
    const { stderr } = await piped(`replay large --format ${format}`, 'head -n 1')
    expect(stderr).toBe('code 0\n')
  },
)

it('replay ends quietly if its output has no reader', async () => {
  expect(await piped('replay large', 'true')).toEqual({ stdout: '', stderr: 'code 0\n' })
})

it('generate ends at once if its reader stops', async () => {
  const { stdout, stderr } = await piped('generate --events 1000000000 --clients 5', 'head -n 2')
  expect(stdout).toMatch(/^(?:\{"object":"event",.*\}\n){2}$/)
  expect(stderr).toBe('code 0\n')
})

it('verify ends quietly if its output has no reader', async () => {
  expect(await piped('verify bad --refused-fails', 'true')).toEqual({
    stdout: '',
    stderr: 'bad:2: not JSON\ncode 1\n',
  })
})

it('replay ends quietly if its messages have no reader', async () => {
  const { stdout } = await folder.shell(
    '{ clientfold replay bad 2>&1 >out; echo "code $?" >code; } | true; cat out code',
  )
  expect(stdout).toMatch(/^\{"object":"client",.*\}\ncode 1\n$/)
})

it('replay without a reader still exits with 1 if lines were refused', async () => {
  expect(await piped('replay bad large', 'true')).toEqual({
    stdout: '',
    stderr: 'bad:2: not JSON\ncode 1\n',
  })
})

it('replay folds what generate writes', async () => {
  const { stdout, stderr } = await folder.shell(
    'clientfold generate --events 500 --clients 7 --shape full | clientfold replay | wc -l',
  )
  expect({ lines: Number(stdout), stderr }).toEqual({ lines: 7, stderr: '' })
})

it('replay unpacks what gzip writes', async () => {
  const { stdout } = await folder.shell('gzip -c large | clientfold replay - | wc -l')
  expect(Number(stdout)).toBe(200)
})

it('progress is not shown if stderr is not a terminal', async () => {
  for (const command of ['replay', 'verify']) {
    const { stderr, code } = await folder.run([command, 'large'])
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  }
})
