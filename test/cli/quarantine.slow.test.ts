import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { T0 } from '../given.js'
import { DRIVERS } from '../stores/sqlite/given.js'
import { A_BODY } from '../webhooks/given.js'
import { type Folder, folderWith, linesOf } from './given/folder.js'

const BROKEN = Buffer.from([0x7b, 0x00, 0xff, 0x0a, 0x0d, 0x1b, 0x5b])

/** A folder with a store whose quarantine has these deliveries. */
const folderWithQuarantine = async (
  bodies: Readonly<Record<string, string | Uint8Array>>,
): Promise<Folder> => {
  const folder = await folderWith()
  const [driver] = DRIVERS
  const path = join(folder.path, 'clients.db')
  const store = await openSqliteStore({ path, ...(driver === undefined ? {} : { driver }) })
  for (const [n, [id, body]] of Object.entries(bodies).entries()) {
    const receivedAt = T0 + n * 1000
    await store.quarantine.keep({ id, receivedAt, reason: `reason ${n}`, body: Buffer.from(body) })
  }
  await store.close()
  return folder
}

it('quarantine list shows the deliveries in a table, without their bodies', async () => {
  const folder = await folderWithQuarantine({ msg_1: A_BODY, 'msg_2\u001b[2J': BROKEN })
  const { code, stdout, stderr } = await folder.run(['quarantine', 'list'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const bytes = String(A_BODY.length).padStart(5)
  expect(linesOf(stdout)).toEqual([
    'DELIVERY        RECEIVED              BYTES  WHY NOT RECORDED',
    `msg_1           2024-05-28 08:00:00Z  ${bytes}  reason 0`,
    'msg_2\\u{1b}[2J  2024-05-28 08:00:01Z      7  reason 1',
  ])
  expect(stdout).not.toContain('user_1')
})

it('quarantine list and retry work on an empty quarantine', async () => {
  const folder = await folderWithQuarantine({})
  expect(await folder.run(['quarantine', 'list'])).toEqual({
    code: 0,
    stdout: 'the quarantine is empty\n',
    stderr: '',
  })
  expect(await folder.run(['quarantine', 'retry'])).toEqual({
    code: 0,
    stdout: 'recorded 0, duplicates 0, erased 0, left 0\n',
    stderr: '',
  })
})

it('quarantine show writes a body byte for byte', async () => {
  const folder = await folderWithQuarantine({ msg_1: A_BODY, msg_2: BROKEN })
  const ended = await folder.shell('clientfold quarantine show msg_2 > body')
  expect(ended).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(await folder.bytes('body')).toEqual(BROKEN)
})

it('quarantine retry records what it can and names what stays', async () => {
  const folder = await folderWithQuarantine({ msg_1: A_BODY, msg_2: BROKEN, msg_3: A_BODY })
  expect(await folder.run(['quarantine', 'retry'])).toEqual({
    code: 1,
    stdout: 'recorded 2, duplicates 0, erased 0, left 1\n',
    stderr: 'msg_2: not JSON\n',
  })
  const exported = linesOf((await folder.run(['export'])).stdout)
  expect(exported.map((line) => (JSON.parse(line) as { readonly id: string }).id)).toEqual([
    'msg_1',
    'msg_3',
  ])
  expect((await folder.run(['show', 'client_1'])).code).toBe(0)
  expect((await folder.run(['quarantine', 'retry'])).stdout).toBe(
    'recorded 0, duplicates 0, erased 0, left 1\n',
  )
  expect(await folder.run(['quarantine', 'remove', 'msg_2'])).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  })
  expect((await folder.run(['quarantine', 'retry'])).code).toBe(0)
})

it('quarantine retry names twenty deliveries that stay, and counts the others', async () => {
  const ids = Array.from({ length: 23 }, (_, n) => `msg_${n}`)
  const folder = await folderWithQuarantine(Object.fromEntries(ids.map((id) => [id, '{'])))
  const { code, stderr } = await folder.run(['quarantine', 'retry'])
  expect(code).toBe(1)
  expect(linesOf(stderr)).toHaveLength(21)
  expect(linesOf(stderr).at(-1)).toBe('… and 3 more; clientfold quarantine list names all of them')
})

it.each([{ command: 'show' }, { command: 'remove' }])(
  'quarantine $command names the store if it has no delivery with the id',
  async ({ command }) => {
    const folder = await folderWithQuarantine({ msg_1: A_BODY })
    expect(await folder.run(['quarantine', command, 'msg_9'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'the quarantine of the SQLite file clients.db has no delivery with this id; clientfold quarantine list shows the ids\n',
    })
  },
)

it('erase removes the deliveries of the client from the quarantine', async () => {
  const folder = await folderWithQuarantine({ msg_1: A_BODY, msg_2: BROKEN })
  expect((await folder.run(['erase', '--client', 'client_1', '--unknown-too'])).code).toBe(0)
  const { stdout } = await folder.run(['quarantine', 'list'])
  expect(stdout).not.toContain('msg_1')
  expect(stdout).toContain('msg_2')
})
