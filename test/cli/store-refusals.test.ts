import { describe, expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { besides } from './given-store.js'
import { folderWith, type Ended, type Folder } from './run-cli.js'

const LOG = logOf(eventLine())

/** The commands on a store, other than `import`. */
const COMMANDS: ReadonlyArray<ReadonlyArray<string>> = [
  ['export'],
  ['show', 'client_1'],
  ['history', 'client_1'],
  ['follow'],
  ['erase', 'client_1'],
]
const IMPORT = ['import', 'log']

const failed = (sentence: string): Ended => ({
  code: 2,
  stdout: '',
  stderr: `clientfold: ${sentence}\n`,
})

const imported = async (): Promise<Folder> => {
  const folder = await folderWith({ log: LOG })
  await folder.run(['import', 'log'])
  return folder
}

/** Changes the file behind the command's back. */
const changed = async (sql: string): Promise<Folder> => {
  const folder = await imported()
  const database = await besides(folder)
  database.exec(sql)
  database.close()
  return folder
}

describe.concurrent('a URL that names no store is refused, and not shown', () => {
  const SYNTAX = '--store takes sqlite:PATH or postgres://role@host/database'

  it.each([
    ['mysql://role:secret@host/database', 'the URL names no kind of store'],
    ['nonsense', 'the URL names no kind of store'],
    ['clients.db', 'the URL names no kind of store'],
    ['', 'the URL names no kind of store'],
    ['sqlite:', 'the URL names no file'],
    ['sqlite://', 'the URL names no file'],
    ['sqlite://clients.db', 'a SQLite file is on no host'],
    ['sqlite::memory:', 'what is in memory does not outlast the command'],
    ['postgres:role:secret', 'the URL of PostgreSQL cannot be read'],
    ['postgres://role:secret@host:99999/database', 'the URL of PostgreSQL cannot be read'],
  ])('%s', async (url, why) => {
    const folder = await folderWith({ log: LOG })
    for (const command of [IMPORT, ['export']]) {
      const ended = await folder.run([...command, '--store', url])
      expect(ended).toEqual(failed(`${why}: ${SYNTAX}`))
    }
    expect(await folder.names()).toEqual(['log'])
  })

  it('nor is a password shown where no server answers', async () => {
    const url = 'postgres://role:secret@127.0.0.1:1/database'
    const ended = await (await folderWith()).run(['export', '--store', url])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toMatch(/^clientfold: no PostgreSQL server answers.*\n$/)
    expect(ended.stderr).not.toContain('secret')
  })
})

describe.concurrent('one sentence says', () => {
  it.each(COMMANDS)('that there is no file, which %s does not make', async (...command) => {
    const folder = await folderWith()
    const ended = await folder.run([...command])
    const sentence = 'the SQLite file clients.db does not exist (clientfold import makes one)'
    expect(ended).toEqual(failed(sentence))
    expect(await folder.names()).toEqual([])
  })

  it.each(COMMANDS)('that a file is empty, which %s leaves so', async (...command) => {
    const folder = await folderWith({ 'clients.db': '' })
    const ended = await folder.run([...command])
    const sentence = 'the SQLite file clients.db holds no store (clientfold import makes one)'
    expect(ended).toEqual(failed(sentence))
    expect(await folder.names()).toEqual(['clients.db'])
    expect(await folder.read('clients.db')).toBe('')
  })

  it.each([IMPORT, ...COMMANDS])('to %s that a file is no database', async (...command) => {
    const folder = await folderWith({ log: LOG })
    const store = ['--store', 'sqlite:log']
    expect(await folder.run([...command, ...store])).toEqual(
      failed('the SQLite file log is not a database'),
    )
    expect(await folder.bytes('log')).toEqual(LOG)
  })

  it.each([IMPORT, ...COMMANDS])('to %s that a store is newer', async (...command) => {
    const folder = await changed('PRAGMA user_version = 99')
    const sentence = 'the SQLite file clients.db was written by a newer version of clientfold'
    expect(await folder.run([...command])).toEqual(failed(sentence))
  })

  it('that a database is of another application', async () => {
    const folder = await changed('PRAGMA application_id = 7')
    const sentence = 'the SQLite file clients.db is a database of another application'
    expect(await folder.run(['export'])).toEqual(failed(sentence))
  })

  it('that a record is damaged', async () => {
    const folder = await changed(`UPDATE events SET text = '{"canary":1}'`)
    const sentence = 'the record at position 1 is not an event'
    expect(await folder.run(['show', 'client_1'])).toEqual(failed(sentence))
    expect(await folder.run(['history', 'client_1'])).toEqual(failed(sentence))
    expect(await folder.run(['export', '--out', 'out'])).toEqual(failed(sentence))
    expect(await folder.names()).not.toContain('out')
  })

  it('that a file is locked, once it has been for too long', async () => {
    const folder = await imported()
    const database = await besides(folder)
    database.exec('BEGIN EXCLUSIVE')
    const ended = await Promise.all(
      [
        ['import', 'log', '--rejects', 'bad'],
        ['show', 'client_1'],
      ].map((args) => folder.run(args)),
    )
    database.exec('ROLLBACK')
    database.close()
    const sentence = 'the SQLite file clients.db is locked by another process'
    expect(ended).toEqual([failed(sentence), failed(sentence)])
    expect(await folder.names()).not.toContain('bad')
    expect(await folder.run(['show', 'client_1'])).toMatchObject({ code: 0, stderr: '' })
  })

  it('that a log cannot be read, before a store is made', async () => {
    const folder = await folderWith()
    const ended = await folder.run(['import', 'nowhere'])
    expect(ended).toEqual(failed('cannot read nowhere: no such file or directory'))
    expect(await folder.names()).toEqual([])
  })
})

describe.concurrent('--help', () => {
  it.each([
    { command: 'import', names: ['FILE', '--store', '--rejects'] },
    { command: 'export', names: ['--store', '--out'] },
    {
      command: 'show',
      names: [
        'CLIENT',
        '--store',
        '--at',
        '--as-of',
        '--known-at',
        '--revoked',
        '--format',
        'TIME',
      ],
    },
    { command: 'history', names: ['CLIENT', '--store'] },
    { command: 'follow', names: ['--store', '--from-start'] },
    {
      command: 'serve',
      names: [
        ...['--store', '--port', '--host', 'SIGTERM'],
        ...['CLERK_WEBHOOK_SIGNING_SECRET', 'CLIENTFOLD_SECRET_KEY'],
      ],
    },
    {
      command: 'reconcile',
      names: ['--store', '--api-url', '--dry-run', '--format', 'CLERK_SECRET_KEY'],
    },
    { command: 'erase', names: ['CLIENT', '--store'] },
  ])('names all there is to clientfold $command', async ({ command, names }) => {
    const folder = await folderWith()
    expect((await folder.run(['--help'])).stdout).toMatch(new RegExp(`^ +${command} `, 'm'))
    const env = { CLIENTFOLD_STORE: 'postgres://role:canary@host/database' }
    const { code, stdout, stderr } = await folder.run([command, '--help'], { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const name of [...names, 'CLIENTFOLD_STORE', 'Exit codes']) expect(stdout).toContain(name)
    expect(stdout).not.toContain('canary')
  })
})
