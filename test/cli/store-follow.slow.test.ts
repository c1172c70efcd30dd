import { expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { importOne, startFollowing } from './given/follow.js'
import { folderWith, linesOf, until } from './given/folder.js'
import { openDatabase } from './given/store.js'

it.concurrent('follow writes only new events by default', async () => {
  const folder = await folderWith()
  await importOne(folder, 'old')
  const { child, ended, ids } = startFollowing(folder)
  // It is not visible from outside when the process begins to follow.
  let imported = 0
  await until(async () => {
    await importOne(folder, `new_${imported++}`)
    return ids().length > 1
  })
  child.kill('SIGINT')
  await ended
  expect(ids()).not.toContain('old')
  const numbers = ids().map((id) => Number(id.replace('new_', '')))
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
})

it.concurrent(
  'follow continues while its pipe is open, whether the pipe is read or full',
  async () => {
    const lines = Array.from({ length: 2000 }, (_, index) => eventLine({}, { id: `msg_${index}` }))
    const folder = await folderWith({ log: logOf(...lines) })
    await folder.run(['import', 'log'])
    const { stdout, stderr } = await folder.shell(
      'clientfold follow --from-start | { sleep 2; head -n 2000; }',
    )
    expect({ lines: linesOf(stdout).length, stderr }).toEqual({ lines: 2000, stderr: '' })
  },
)

it.concurrent('follow ends quietly when its reader stops', async () => {
  const lines = Array.from({ length: 2000 }, (_, index) => eventLine({}, { id: `msg_${index}` }))
  const folder = await folderWith({ log: logOf(...lines) })
  await folder.run(['import', 'log'])
  const { stdout, stderr } = await folder.shell(
    '{ clientfold follow --from-start; echo "code $?" >&2; } | head -n 1',
  )
  expect({ lines: linesOf(stdout).length, stderr }).toEqual({ lines: 1, stderr: 'code 0\n' })
})

it.concurrent(
  'follow waits while the store is locked, says so on stderr, and goes on by itself',
  async () => {
    const folder = await folderWith()
    await importOne(folder, 'msg_1')
    const { child, ended, ids } = startFollowing(folder, '--from-start')
    await until(() => Promise.resolve(ids().length === 1))
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const database = await openDatabase(folder)
    // The follower looks at the file many times a second, so the lock is not free at each moment.
    database.exec('PRAGMA busy_timeout = 10000')
    // Without the exclusive lock, readers of a WAL file would not wait.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
    await until(() => Promise.resolve(stderr !== ''))
    database.close()
    await until(() => Promise.resolve(stderr.includes('again\n')))
    await importOne(folder, 'msg_2')
    await until(() => Promise.resolve(ids().length === 2))
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 130 })
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(
        /^waiting until the store can be read again: the SQLite file clients.db is locked /,
      ),
      'the store can be read again',
    ])
  },
  120_000,
)
