import { link, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { openDatabase } from './given/store.js'
import { failedWith, folderWith, type Ended, type Folder } from './given/folder.js'

const LOG = logOf(eventLine(), 'no event')

const refusalOf = (file: string, reason: string): Ended =>
  failedWith(`cannot write ${file}: ${reason}; choose another file`)

const STORE = 'it is a file of the store'
const READ = 'it is a log that this command reads'
const DATABASE = 'it is a SQLite database'

const givenStore = async (): Promise<Folder> => {
  const folder = await folderWith({ log: LOG })
  await folder.run(['import', 'log'])
  await mkdir(join(folder.path, 'elsewhere'))
  await symlink('clients.db', join(folder.path, 'link'))
  await symlink('../clients.db', join(folder.path, 'elsewhere', 'link'))
  await link(join(folder.path, 'clients.db'), join(folder.path, 'twin'))
  return folder
}

it.each([
  { file: 'clients.db', reason: STORE },
  { file: './elsewhere/../clients.db', reason: STORE },
  { file: 'link', reason: STORE },
  { file: 'elsewhere/link', reason: STORE },
  { file: 'clients.db-wal', reason: STORE },
  { file: 'clients.db-journal', reason: STORE },
  { file: 'clients.db-shm', reason: STORE },
  { file: 'twin', reason: DATABASE },
])('neither --out nor --rejects replaces the store as $file', async ({ file, reason }) => {
  const folder = await givenStore()
  const before = [await folder.names(), await folder.bytes('clients.db')]
  for (const command of [
    ['export', '--out', file],
    ['import', 'log', '--rejects', file],
    ['export', '--out', file, '--store', 'sqlite:elsewhere/link'],
  ]) {
    expect(await folder.run(command)).toEqual(refusalOf(file, reason))
  }
  expect([await folder.names(), await folder.bytes('clients.db')]).toEqual(before)
})

it('--rejects does not replace the store that the same import creates', async () => {
  const folder = await folderWith({ log: LOG })
  const ended = await folder.run(['import', 'log', '--rejects', 'clients.db'])
  expect(ended).toEqual(refusalOf('clients.db', STORE))
  expect(await folder.names()).toEqual(['log'])
})

it('a command without a store does not replace a database', async () => {
  const folder = await givenStore()
  for (const command of [
    ['replay', 'log', '--out', 'clients.db'],
    ['replay', 'log', '--rejects', 'clients.db'],
    ['verify', 'log', '--rejects', 'clients.db'],
    ['generate', '--events', '5', '--clients', '1', '--out', 'clients.db'],
    // A store, but not the store that is exported.
    ['export', '--store', 'sqlite:twin', '--out', 'link'],
  ]) {
    expect(await folder.run(command)).toEqual(refusalOf(command.at(-1) ?? '', DATABASE))
  }
  const database = await openDatabase(folder)
  expect(database.prepare('SELECT count(*) AS n FROM events').get()).toMatchObject({ n: 1 })
  database.close()
})

it('a file whose name only looks like a file of the store is replaced', async () => {
  const folder = await givenStore()
  await folder.write('clients.db.bak', 'old')
  const ended = await folder.run(['export', '--out', 'clients.db.bak'])
  expect(ended).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(await folder.read('clients.db.bak')).toContain('"session.created"')
})

it.each([
  { args: ['replay', 'log', '--out', 'log'] },
  { args: ['replay', 'log', '--rejects', './log'] },
  { args: ['replay', 'log', 'link', '--out', 'link'] },
  { args: ['verify', 'link', '--rejects', 'log'] },
  { args: ['import', 'log', '--rejects', 'log'] },
])('a log is not replaced by clientfold $args', async ({ args }) => {
  const folder = await folderWith({ log: LOG })
  await symlink('log', join(folder.path, 'link'))
  expect(await folder.run(args)).toEqual(refusalOf(args.at(-1) ?? '', READ))
  expect(await folder.bytes('log')).toEqual(LOG)
  expect(await folder.names()).toEqual(['link', 'log'])
})

it.each([{ command: 'replay' }, { command: 'verify' }, { command: 'import' }])(
  '$command does not replace the log on standard input',
  async ({ command }) => {
    const folder = await folderWith({ log: LOG })
    const ended = await folder.shell(`clientfold ${command} --rejects log <log`)
    expect(ended).toEqual(refusalOf('log', READ))
    expect(await folder.bytes('log')).toEqual(LOG)
  },
)
