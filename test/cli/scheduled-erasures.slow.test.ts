import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { eventText } from '../../src/events/encode-event.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { aSessionEvent } from '../given.js'
import { delivery } from '../http/given.js'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { folderWith, linesOf, until, type Folder } from './given/folder.js'
import { runInProcess } from './given/in-process.js'
import { startServer, type ServeProcess } from './given/server.js'
import { folderWithStore } from './given/store.js'

const ERASE = ['--on-user-deleted', 'erase'] as const

const deletionOf = (id: string): string =>
  JSON.stringify({
    object: 'event',
    type: 'user.deleted',
    data: { deleted: true, id, object: 'user' },
  })

const eventOf = (user: string): string =>
  eventText(aSessionEvent({ id: `sess_${user}`, user_id: user, client_id: `client_${user}` }))

const deliver = async ({ url }: ServeProcess, id: string, body: string): Promise<unknown> => {
  const answer = await fetch(`${url}/webhooks/clerk`, delivery(id, body, { at: Date.now() }))
  return answer.json()
}

const stop = async ({ kill, ended }: ServeProcess): Promise<string> => {
  kill('SIGTERM')
  const { code, stdout } = await ended
  expect(code).toBe(0)
  // Logs contain no id.
  expect(stdout).not.toContain('canary')
  return stdout
}

const usersIn = async (folder: Folder): Promise<ReadonlyArray<string>> =>
  linesOf((await folder.run(['export'])).stdout).map(
    (line) => (JSON.parse(line) as { data: { user_id: string } }).data.user_id,
  )

const outcomesIn = (log: string): ReadonlyArray<unknown> =>
  linesOf(log).map((line) => (JSON.parse(line) as { outcome: unknown }).outcome)

it('serve ignores a user.deleted without --on-user-deleted erase', async () => {
  const folder = await folderWith()
  const server = await startServer(folder)
  await deliver(server, 'msg_1', eventOf('canary_1'))
  expect(await deliver(server, 'msg_2', deletionOf('canary_1'))).toEqual({ outcome: 'ignored' })
  await stop(server)
  expect(await usersIn(folder)).toEqual(['canary_1'])
})

it('serve --on-user-deleted erase erases the user before it answers', async () => {
  const folder = await folderWith()
  const server = await startServer(folder, ERASE)
  await deliver(server, 'msg_1', eventOf('canary_1'))
  await deliver(server, 'msg_2', eventOf('canary_2'))
  const outcome = { outcome: 'user-erased' }
  expect(await deliver(server, 'msg_3', deletionOf('canary_1'))).toEqual(outcome)
  expect(await usersIn(folder)).toEqual(['canary_2'])
  const log = await stop(server)
  expect(outcomesIn(log)).toEqual(['recorded', 'recorded', 'user-erased'])
})

it('a holdback survives a restart, can be called off, and ends with an erasure by the next process', async () => {
  const folder = await folderWith()
  const args = [...ERASE, '--after', '3s']
  const first = await startServer(folder, args)
  for (const user of ['canary_1', 'canary_2', 'canary_3']) {
    await deliver(first, `msg_${user}`, eventOf(user))
    if (user === 'canary_3') continue
    expect(await deliver(first, `msg_deleted_${user}`, deletionOf(user))).toEqual({
      outcome: 'erasure-scheduled',
    })
  }
  first.kill('SIGKILL')
  await first.ended
  expect((await usersIn(folder)).length).toBe(3)
  const pending = await folder.run(['erase', '--pending'])
  expect(pending).toMatchObject({ code: 0, stderr: '' })
  expect(pending.stdout).toMatch(/^user canary_1: due \S+Z\nuser canary_2: due \S+Z\n$/)
  expect(await folder.run(['erase', '--call-off', 'canary_2'])).toEqual({
    code: 0,
    stderr: '',
    stdout: 'called off the erasure of user canary_2\n',
  })
  // The process is down at the due time.
  await delay(3000)
  const second = await startServer(folder, args)
  await until(async () => (await usersIn(folder)).length === 2)
  const again = await deliver(second, 'msg_deleted_canary_2', deletionOf('canary_2'))
  expect(again).toEqual({ outcome: 'erasure-called-off' })
  const log = await stop(second)
  expect(outcomesIn(log)).toContain('users-erased')
  expect(await usersIn(folder)).toEqual(['canary_2', 'canary_3'])
  expect(await folder.run(['erase', '--pending'])).toMatchObject({
    stdout: 'no erasure is scheduled\n',
  })
})

it('serve carries out what becomes due while it runs', async () => {
  const folder = await folderWith()
  const server = await startServer(folder, [...ERASE, '--after', '500ms'])
  await deliver(server, 'msg_1', eventOf('canary_1'))
  const outcome = { outcome: 'erasure-scheduled' }
  expect(await deliver(server, 'msg_2', deletionOf('canary_1'))).toEqual(outcome)
  await until(async () => (await usersIn(folder)).length === 0)
  await stop(server)
})

const LOG = logOf(
  eventLine({}, { id: 'msg_1' }),
  eventLine({ id: 'sess_2', user_id: 'user_2' }, { id: 'msg_2' }),
)

it('erase --due erases the users that are due, and leaves the others', async () => {
  const folder = await folderWithStore(LOG)
  const store = await openSqliteStore({ path: `${folder.path}/clients.db` })
  await store.pendingErasures.schedule('user_1', 1)
  await store.pendingErasures.schedule('user_2', Date.UTC(2200, 0))
  await store.close()
  expect(await folder.run(['erase', '--due'])).toEqual({
    code: 0,
    stderr: '',
    stdout:
      'erased user user_1: deleted or rewrote 1 event\n' +
      'the bytes stay in the files until a scrub: clientfold scrub; backups keep them until they expire\n',
  })
  expect(await usersIn(folder)).toEqual(['user_2'])
  expect(await folder.run(['erase', '--due'])).toMatchObject({ stdout: 'no erasure is due\n' })
  expect(await folder.run(['erase', '--pending'])).toMatchObject({
    stdout: 'user user_2: due 2200-01-01T00:00:00.000Z\n',
  })
})

it('erase --call-off names the users without a scheduled erasure, and calls the others off', async () => {
  const folder = await folderWithStore(LOG)
  const store = await openSqliteStore({ path: `${folder.path}/clients.db` })
  await store.pendingErasures.schedule('user_1', 1)
  await store.close()
  expect(await folder.run(['erase', '--call-off', 'user_9', 'user_1'])).toEqual({
    code: 1,
    stdout: 'called off the erasure of user user_1\n',
    stderr:
      'the SQLite file clients.db has no scheduled erasure of user user_9; clientfold erase --pending lists them\n',
  })
  expect(await folder.run(['erase', '--due'])).toMatchObject({ stdout: 'no erasure is due\n' })
})

it.each([
  { args: ['serve', '--after', '7d'], said: 'give --on-user-deleted erase too' },
  { args: ['serve', ...ERASE, '--after', 'soon'], said: 'Expected a duration' },
  { args: ['serve', '--on-user-deleted', 'delete'], said: 'Allowed choices are erase, ignore' },
  { args: ['erase', '--pending', '--user', 'user_1'], said: 'cannot be used with' },
  { args: ['erase', '--due', '--client', 'client_1'], said: 'cannot be used with' },
  { args: ['erase', '--call-off', 'user_1', '--due'], said: 'cannot be used with' },
])('$args is wrong usage', async ({ args, said }) => {
  const { code, stderr } = await runInProcess(args)
  expect(code).toBe(2)
  expect(stderr).toContain(said)
})
