import { link, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { openDatabase } from './given/store.js'
import { folderWith, type Ended, type Folder } from './given/folder.js'

const LOG = logOf(eventLine(), 'no event')

const refused = (file: string, why: string): Ended => ({
  code: 2,
  stdout: '',
  stderr: `clientfold: cannot write ${file}: ${why}\n`,
})

const STORE = 'it is a file of the store'
const READ = 'it is a log that is being read'
const DATABASE = 'it is a SQLite database'

const withStore = async (): Promise<Folder> => {
  const folder = await folderWith({ log: LOG })
  await folder.run(['import', 'log'])
  await mkdir(join(folder.path, 'elsewhere'))
  await symlink('clients.db', join(folder.path, 'link'))
  await symlink('../clients.db', join(folder.path, 'elsewhere', 'link'))
  await link(join(folder.path, 'clients.db'), join(folder.path, 'twin'))
  return folder
}

describe.concurrent('a store is not replaced', () => {
  it.each([
    ['clients.db', STORE],
    ['./elsewhere/../clients.db', STORE],
    ['link', STORE],
    ['elsewhere/link', STORE],
    ['clients.db-wal', STORE],
    ['clients.db-journal', STORE],
    ['clients.db-shm', STORE],
    ['twin', DATABASE],
  ])('by an export or by rejects, as %s', async (file, why) => {
    const folder = await withStore()
    const before = [await folder.names(), await folder.bytes('clients.db')]
    for (const command of [
      ['export', '--out', file],
      ['import', 'log', '--rejects', file],
      ['export', '--out', file, '--store', 'sqlite:elsewhere/link'],
    ]) {
      expect(await folder.run(command)).toEqual(refused(file, why))
    }
    expect([await folder.names(), await folder.bytes('clients.db')]).toEqual(before)
  })

  it('by the rejects of the import that makes it', async () => {
    const folder = await folderWith({ log: LOG })
    const ended = await folder.run(['import', 'log', '--rejects', 'clients.db'])
    expect(ended).toEqual(refused('clients.db', STORE))
    expect(await folder.names()).toEqual(['log'])
  })

  it('by a command that knows of no store', async () => {
    const folder = await withStore()
    for (const command of [
      ['replay', 'log', '--out', 'clients.db'],
      ['replay', 'log', '--rejects', 'clients.db'],
      ['verify', 'log', '--rejects', 'clients.db'],
      ['generate', '--events', '5', '--clients', '1', '--out', 'clients.db'],
      // A store, though not the one that is exported.
      ['export', '--store', 'sqlite:twin', '--out', 'link'],
    ]) {
      expect(await folder.run(command)).toEqual(refused(command.at(-1) ?? '', DATABASE))
    }
    const database = await openDatabase(folder)
    expect(database.prepare('SELECT count(*) AS n FROM events').get()).toMatchObject({ n: 1 })
    database.close()
  })

  it('but a file beside it is, that only looks like one of its own', async () => {
    const folder = await withStore()
    await folder.write('clients.db.bak', 'old')
    const ended = await folder.run(['export', '--out', 'clients.db.bak'])
    expect(ended).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await folder.read('clients.db.bak')).toContain('"session.created"')
  })
})

describe.concurrent('a log is not replaced by what becomes of it', () => {
  it.each([
    [['replay', 'log', '--out', 'log']],
    [['replay', 'log', '--rejects', './log']],
    [['replay', 'log', 'link', '--out', 'link']],
    [['verify', 'link', '--rejects', 'log']],
    [['import', 'log', '--rejects', 'log']],
  ])('%j', async (args) => {
    const folder = await folderWith({ log: LOG })
    await symlink('log', join(folder.path, 'link'))
    expect(await folder.run(args)).toEqual(refused(args.at(-1) ?? '', READ))
    expect(await folder.bytes('log')).toEqual(LOG)
    expect(await folder.names()).toEqual(['link', 'log'])
  })

  it.each(['replay', 'verify', 'import'])('%s, from standard input', async (command) => {
    const folder = await folderWith({ log: LOG })
    const ended = await folder.shell(`clientfold ${command} --rejects log <log`)
    expect(ended).toEqual(refused('log', READ))
    expect(await folder.bytes('log')).toEqual(LOG)
  })
})
