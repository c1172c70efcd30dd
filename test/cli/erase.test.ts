import { expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { folderWithStore } from './given/store.js'

const LOG = logOf(
  eventLine({}, { id: 'msg_1' }),
  eventLine({ status: 'ended' }, { id: 'msg_2' }),
  eventLine({ client_id: 'client_2', id: 'sess_2' }, { id: 'msg_3' }),
  eventLine({ client_id: 'client_3', id: 'sess_3' }, { id: 'msg_4' }),
)

it('erase --dry-run says how many events each client has, and erases nothing', async () => {
  const folder = await folderWithStore(LOG)
  const before = await folder.run(['export'])
  expect(await folder.run(['erase', 'client_1', 'client_2', '--dry-run'])).toEqual({
    ...{ code: 0, stderr: '', stdout: 'client_1: 2 events\nclient_2: 1 event\n' },
  })
  expect(await folder.run(['export'])).toEqual(before)
})

it('erase erases several clients, and to erase them again is no failure', async () => {
  const folder = await folderWithStore(LOG)
  expect(await folder.run(['erase', 'client_1', 'client_2', 'client_1'])).toEqual({
    ...{ code: 0, stderr: '', stdout: 'erased 3 events of 2 clients\n' },
  })
  expect(await folder.run(['erase', 'client_1', 'client_3'])).toEqual({
    ...{ code: 0, stderr: '', stdout: 'erased 1 event of 2 clients; 1 client erased before\n' },
  })
  expect((await folder.run(['export'])).stdout).toBe('')
})

it('erase refuses an unknown id before it erases anything, unless --unknown-too is given', async () => {
  const folder = await folderWithStore(LOG)
  const before = await folder.run(['export'])
  expect(await folder.run(['erase', 'client_1', 'clinet\u001b_2'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'the SQLite file clients.db has no events of clinet\\u{1b}_2\n' +
      'nothing was erased; check the ids, or use --unknown-too, and later events of these clients will be refused\n',
  })
  expect(await folder.run(['export'])).toEqual(before)
  expect(await folder.run(['erase', 'client_9', '--unknown-too'])).toMatchObject({
    ...{ code: 0, stdout: 'erased 0 events\n' },
  })
  // From now on it is a client that was erased.
  expect(await folder.run(['erase', 'client_9'])).toMatchObject({
    ...{ code: 0, stdout: 'erased 0 events; 1 client erased before\n' },
  })
})
