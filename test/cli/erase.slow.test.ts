import { expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { folderWithStore } from './given/store.js'

const LOG = logOf(
  eventLine({}, { id: 'msg_1' }),
  eventLine({ status: 'ended' }, { id: 'msg_2' }),
  eventLine({ client_id: 'client_2', id: 'sess_2' }, { id: 'msg_3' }),
  eventLine({ client_id: 'client_2', id: 'sess_3', user_id: 'user_2' }, { id: 'msg_4' }),
)

const KEPT =
  'the bytes stay in the files until a scrub: clientfold scrub; backups keep them until they expire\n'

it('erase --dry-run says how many events each id has, and erases nothing', async () => {
  const folder = await folderWithStore(LOG)
  const before = await folder.run(['export'])
  const args = ['erase', '--user', 'user_1', '--client', 'client_1', 'client_2', '--dry-run']
  expect(await folder.run(args)).toEqual({
    code: 0,
    stderr: '',
    stdout:
      'user user_1: 3 events on 2 clients\nclient client_1: 2 events\nclient client_2: 2 events\n',
  })
  expect(await folder.run(['export'])).toEqual(before)
})

it('erase erases a user from every client, and other users keep their events', async () => {
  const folder = await folderWithStore(LOG)
  expect(await folder.run(['erase', '--user', 'user_1', 'user_1'])).toEqual({
    code: 0,
    stderr: '',
    stdout: `erased user user_1: deleted or rewrote 3 events\n${KEPT}`,
  })
  const { stdout } = await folder.run(['export'])
  expect(stdout.split('\n').filter(Boolean)).toHaveLength(1)
  expect(stdout).toContain('"msg_4"')
  expect(await folder.run(['import', 'log'])).toMatchObject({
    stdout: 'recorded 0, duplicates 1, conflicts 0, erased 3, refused 0\n',
  })
})

it('erase --scrub and scrub say that the bytes are gone', async () => {
  const folder = await folderWithStore(LOG)
  expect(await folder.run(['erase', '--client', 'client_1', '--scrub'])).toEqual({
    code: 0,
    stderr: '',
    stdout:
      'erased client client_1: deleted 2 events\nthe bytes are gone from the files; backups keep them until they expire\n',
  })
  expect(await folder.run(['scrub'])).toEqual({
    code: 0,
    stderr: '',
    stdout:
      'no byte of what was erased is left in the files; backups keep them until they expire\n',
  })
})

it('erase without an id is wrong usage', async () => {
  const folder = await folderWithStore(LOG)
  expect(await folder.run(['erase'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(
      'name users with --user ID, or clients with --client ID',
    ) as string,
  })
})

it('to erase again is no failure', async () => {
  const folder = await folderWithStore(LOG)
  const args = ['erase', '--client', 'client_1', '--user', 'user_2']
  expect(await folder.run(args)).toMatchObject({ code: 0, stderr: '' })
  expect(await folder.run([...args, '--dry-run'])).toEqual({
    code: 0,
    stderr: '',
    stdout: 'user user_2: no events\nclient client_1: no events\n',
  })
  expect(await folder.run(args)).toEqual({
    code: 0,
    stderr: '',
    stdout: `erased user user_2: deleted or rewrote 0 events\nerased client client_1: deleted 0 events\n${KEPT}`,
  })
})

it('erase refuses an unknown id before it erases anything, unless --unknown-too is given', async () => {
  const folder = await folderWithStore(LOG)
  const before = await folder.run(['export'])
  expect(await folder.run(['erase', '--client', 'client_1', 'clinet\u001b_2'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'the SQLite file clients.db has no events of client clinet\\u{1b}_2\n' +
      'nothing was erased; check the ids, or use --unknown-too, and events of sessions that they have now will be refused\n',
  })
  expect(await folder.run(['export'])).toEqual(before)
  expect(await folder.run(['erase', '--user', 'user_9', '--unknown-too'])).toMatchObject({
    code: 0,
    stdout: `erased user user_9: deleted or rewrote 0 events\n${KEPT}`,
  })
})
