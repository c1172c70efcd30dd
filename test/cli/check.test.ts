import { expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { changeDatabase, folderWithStore } from './given/store.js'

const LOG = logOf(
  eventLine({ id: 'sess_1' }, { id: 'msg_1' }),
  eventLine({ id: 'sess_2' }, { id: 'msg_2' }),
)
const NOT_UTF_8 = `UPDATE events SET text = CAST(x'7bff7d' AS TEXT) WHERE position = 1`

it.concurrent('check says that nothing is damaged, with what it has read', async () => {
  const folder = await folderWithStore(LOG)
  expect(await folder.run(['check'])).toEqual({
    code: 0,
    stdout: 'nothing is damaged: 2 events of 1 client and 0 quarantined deliveries\n',
    stderr: '',
  })
})

it.concurrent('check names each damage in one line, and exits with 1', async () => {
  const folder = await folderWithStore(LOG)
  await changeDatabase(folder, NOT_UTF_8)
  const { code, stdout, stderr } = await folder.run(['check'])
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  expect(stdout).toMatch(
    /^the record at position [0-9a-f]+\/1\/\S+ is damaged: it is not UTF-8 \(client \S+, revision 1\)\n/,
  )
  expect(stdout).toMatch(/\n\d damages? found; undamaged: 1 event [^\n]*\n$/)
})

it.concurrent(
  'export --skip-damaged writes the rest, names what it left out, and exits with 1',
  async () => {
    const folder = await folderWithStore(LOG)
    await changeDatabase(folder, NOT_UTF_8)
    const { code, stdout, stderr } = await folder.run(['export', '--skip-damaged'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^[^\n]*"sess_2"[^\n]*\n$/)
    expect(stderr).toMatch(/^left out: the record at position [^\n]* it is not UTF-8 [^\n]*\n$/)
  },
)
