import { describe, expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { folderWith } from './given/folder.js'

const folder = await folderWith({ bad: logOf(eventLine(), 'no event') })
// Much more than a pipe holds, so that the writer meets the reader's end.
await folder.run(['generate', '--events', '4000', '--clients', '200', '--out', 'large'])

/** Pipes the command into another, and tells how it ended itself. */
const piped = async (line: string, into: string) => {
  const { stdout, stderr } = await folder.shell(
    `{ clientfold ${line}; echo "code $?" >&2; } | ${into}`,
  )
  return { stdout, stderr }
}

describe.concurrent('a closed pipe ends the command quietly', () => {
  it('when replay is cut after one line', async () => {
    const { stdout, stderr } = await piped('replay large', 'head -n 1')
    expect(stdout).toMatch(/^\{"object":"client",.*\}\n$/)
    expect(stderr).toBe('code 0\n')
  })

  it.each(['json', 'table'])('when replay is cut as %s', async (format) => {
    const { stderr } = await piped(`replay large --format ${format}`, 'head -n 1')
    expect(stderr).toBe('code 0\n')
  })

  it('when nobody reads at all', async () => {
    expect(await piped('replay large', 'true')).toEqual({ stdout: '', stderr: 'code 0\n' })
  })

  it('when generate is cut, at once', async () => {
    const { stdout, stderr } = await piped('generate --events 1000000000 --clients 5', 'head -n 2')
    expect(stdout).toMatch(/^(?:\{"object":"event",.*\}\n){2}$/)
    expect(stderr).toBe('code 0\n')
  })

  it('when nobody reads what verify found', async () => {
    expect(await piped('verify bad', 'true')).toEqual({
      stdout: '',
      stderr: 'bad:2: not JSON\ncode 1\n',
    })
  })

  it('when nobody reads the messages', async () => {
    const { stdout } = await folder.shell(
      '{ clientfold replay bad 2>&1 >out; echo "code $?" >code; } | true; cat out code',
    )
    expect(stdout).toMatch(/^\{"object":"client",.*\}\ncode 1\n$/)
  })

  it('and its exit code still tells of refused lines', async () => {
    expect(await piped('replay bad large', 'true')).toEqual({
      stdout: '',
      stderr: 'bad:2: not JSON\ncode 1\n',
    })
  })
})

describe.concurrent('commands in a pipe', () => {
  it('fold what generate writes', async () => {
    const { stdout, stderr } = await folder.shell(
      'clientfold generate --events 500 --clients 7 --shape full | clientfold replay | wc -l',
    )
    expect({ lines: Number(stdout), stderr }).toEqual({ lines: 7, stderr: '' })
  })

  it('unpack what gzip packs', async () => {
    const { stdout } = await folder.shell('gzip -c large | clientfold replay - | wc -l')
    expect(Number(stdout)).toBe(200)
  })
})

describe.concurrent('progress', () => {
  it('is not shown where stderr is no terminal', async () => {
    for (const command of ['replay', 'verify']) {
      const { stderr, code } = await folder.run([command, 'large'])
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    }
  })
})
