import { expect, it } from 'vitest'
import { importOne, startFollowing } from './given/follow.js'
import { folderWith, linesOf, until } from './given/folder.js'

it.concurrent(
  'follow --from-start writes all events, then what other processes import, until Ctrl-C',
  async () => {
    const folder = await folderWith()
    await importOne(folder, 'msg_1')
    const { child, ended, ids } = startFollowing(folder, '--from-start')
    await until(() => Promise.resolve(ids().length === 1))
    await importOne(folder, 'msg_2')
    await until(() => Promise.resolve(ids().length === 2))
    await importOne(folder, 'msg_3')
    await until(() => Promise.resolve(ids().length === 3))
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' })
    expect(ids()).toEqual(['msg_1', 'msg_2', 'msg_3'])
    // The same lines as an export.
    expect(stdout).toBe((await folder.run(['export'])).stdout)
  },
)

it.concurrent('follow refuses a text after --after that is no position of the store', async () => {
  const folder = await folderWith()
  await importOne(folder, 'msg_1')
  const ended = await folder.run(['follow', '--after', 'yesterday'])
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toMatch(/^clientfold: the position belongs to another store [^\n]*\n$/)
})

it.concurrent.each([
  { name: 'has written', option: ' --from-start', reader: 'head -n 1', lines: 1 },
  { name: 'has not written', option: '', reader: 'sleep 1', lines: 0 },
])('follow that $name ends soon after its pipe is closed, without a new event', async (row) => {
  const folder = await folderWith()
  await importOne(folder, 'msg_1')
  const { stdout, stderr } = await folder.shell(
    `{ clientfold follow${row.option}; echo "code $?" >&2; } | ${row.reader}`,
  )
  expect({ lines: linesOf(stdout).length, stderr }).toEqual({
    lines: row.lines,
    stderr: 'code 0\n',
  })
})

it.concurrent(
  'follow ends soon after the process that started it closes its output, without a new event',
  async () => {
    const folder = await folderWith()
    await importOne(folder, 'msg_1')
    const { child, ended, ids } = startFollowing(folder, '--from-start')
    await until(() => Promise.resolve(ids().length === 1))
    // It continues while its output has a reader, over several checks.
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(child.exitCode).toBe(null)
    child.stdout?.destroy()
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
  },
)

it.concurrent('follow --after goes on after a position that --positions wrote', async () => {
  const folder = await folderWith()
  for (const id of ['msg_1', 'msg_2', 'msg_3']) await importOne(folder, id)
  const first = startFollowing(folder, '--from-start', '--positions')
  await until(() => Promise.resolve(first.lines().length === 3))
  first.child.kill('SIGINT')
  const positions = first.lines().map((line) => line.split('\t', 1)[0] ?? '')
  expect(new Set(positions).size).toBe(3)
  expect(first.lines().map((line) => line.slice(line.indexOf('\t') + 1))).toEqual(
    linesOf((await folder.run(['export'])).stdout),
  )
  const second = startFollowing(folder, '--after', positions[0] ?? '')
  await until(() => Promise.resolve(second.ids().length === 2))
  second.child.kill('SIGINT')
  await second.ended
  expect(second.ids()).toEqual(['msg_2', 'msg_3'])
})
