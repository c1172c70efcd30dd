import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { DRIVERS, rawDatabase } from '../stores/sqlite/given.js'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { failedWith, linesOf, type Folder } from './given/folder.js'
import { folderWithStore } from './given/store.js'

const LOG = logOf(
  eventLine({}, { id: 'msg_1' }),
  eventLine({ status: 'ended' }, { id: 'msg_2' }),
  eventLine({ client_id: 'client_2', id: 'sess_2' }, { id: 'msg_3' }),
  eventLine({ client_id: 'client_3', id: 'sess_3', user_id: 'user_2' }, { id: 'msg_4' }),
)

const EXPECTED = 'restored 3 events of 2 clients and 0 quarantined deliveries\n'

/** A folder with a store of which something was erased, and a backup of it. */
const folderWithBackup = async (name = 'backup'): Promise<Folder> => {
  const folder = await folderWithStore(LOG)
  await folder.run(['erase', '--user', 'user_2'])
  const ended = await folder.run(['backup', '--out', name])
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout).toMatch(
    /^backed up 3 events and 0 quarantined deliveries: sha256 [0-9a-f]{64}\n$/,
  )
  return folder
}

const restore = (folder: Folder, file = 'backup', store = 'sqlite:other.db') =>
  folder.run(['restore', file, '--store', store])

it.each(['backup', 'backup.gz'])(
  'a store that is restored from %s gives the same answers, and what was erased stays erased',
  async (name) => {
    const folder = await folderWithBackup(name)
    expect(await restore(folder, name)).toEqual({ code: 0, stdout: EXPECTED, stderr: '' })
    for (const args of [['export'], ['show', 'client_1'], ['history', 'client_2'], ['check']]) {
      const there = await folder.run([...args, '--store', 'sqlite:other.db'])
      expect(there).toEqual(await folder.run(args))
    }
    expect(await folder.run(['import', 'log', '--store', 'sqlite:other.db'])).toMatchObject({
      stdout: 'recorded 0, duplicates 3, conflicts 0, erased 1, refused 0\n',
    })
    expect(await restore(folder, name)).toEqual({
      code: 0,
      stdout: 'this backup was restored before: the store holds 3 events of 2 clients\n',
      stderr: '',
    })
  },
)

it('a backup is lines of JSON, with its counts and its hash in the last one', async () => {
  const folder = await folderWithBackup('backup.gz')
  expect((await stat(`${folder.path}/backup.gz`)).mode & 0o777).toBe(0o600)
  const text = gunzipSync(await folder.bytes('backup.gz')).toString()
  const lines = linesOf(text)
  expect(JSON.parse(lines[0]!)).toMatchObject({
    object: 'clientfold.backup',
    version: 1,
    engine: 'sqlite',
  })
  expect(JSON.parse(lines[1]!)).toMatchObject({ kind: 'event', revision: 1 })
  const before = text.slice(0, text.lastIndexOf('{"object"'))
  expect(JSON.parse(lines.at(-1)!)).toEqual({
    object: 'clientfold.backup_end',
    counts: { event: 3, tombstone: 1, horizon: 1, erasure: 1 },
    sha256: createHash('sha256').update(before).digest('hex'),
  })
})

it.each([
  {
    damage: 'a changed byte',
    change: (bytes: Buffer) => bytes.fill('x', 400, 401),
    sentence:
      'backup is damaged: it differs from what was written; copy the file again, or use another backup',
  },
  {
    damage: 'a missing end',
    change: (bytes: Buffer) => bytes.subarray(0, -200),
    sentence:
      'backup is not a whole backup: its end is missing; copy the file again, or take another backup',
  },
  {
    damage: 'another content',
    change: () => Buffer.from(LOG),
    sentence: 'backup is not a backup: name a file of clientfold backup',
  },
  {
    damage: 'a newer version',
    change: (bytes: Buffer) => Buffer.from(bytes.toString().replace('"version":1', '"version":9')),
    sentence: 'backup was written by a newer version of clientfold: install that version',
  },
])('a backup with $damage is refused, and no store is made', async ({ change, sentence }) => {
  const folder = await folderWithBackup()
  await folder.write('backup', change(await folder.bytes('backup')))
  expect(await restore(folder)).toEqual(failedWith(sentence))
  expect(await folder.names()).not.toContain('other.db')
})

it('a restore into a store that holds something else is refused with a sentence', async () => {
  const folder = await folderWithBackup()
  const before = await folder.run(['export'])
  expect(await restore(folder, 'backup', 'sqlite:clients.db')).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'clientfold: the store holds something else than this backup: restore into an empty store\n',
  })
  expect(await folder.run(['export'])).toEqual(before)
})

it('a store into which a restore has not ended is not opened, and the restore goes on', async () => {
  const folder = await folderWithBackup()
  await restore(folder)
  const database = await rawDatabase(DRIVERS[0]!, `${folder.path}/other.db`)
  database.exec(`UPDATE store_facts SET value = 1 WHERE name LIKE 'restored %';
    DELETE FROM events WHERE revision = 2; DELETE FROM heads WHERE client_key = 'client_1';
    INSERT INTO heads VALUES ('client_1', 1)`)
  database.close()
  for (const args of [['export'], ['check'], ['backup', '--out', 'another'], ['import', 'log']]) {
    expect(await folder.run([...args, '--store', 'sqlite:other.db'])).toEqual(
      failedWith(
        'a restore into the store has not ended: run clientfold restore again with the same file',
      ),
    )
  }
  expect(await folder.names()).not.toContain('another')
  expect(await restore(folder)).toEqual({ code: 0, stdout: EXPECTED, stderr: '' })
})

it('a damaged store has no backup, and no file appears', async () => {
  const folder = await folderWithStore(LOG)
  const database = await rawDatabase(DRIVERS[0]!, `${folder.path}/clients.db`)
  database.exec(`UPDATE events SET text = 'x' WHERE position = 2`)
  database.close()
  const ended = await folder.run(['backup', '--out', 'backup'])
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toContain('is damaged')
  expect((await folder.names()).filter((name) => name.startsWith('backup'))).toEqual([])
})
