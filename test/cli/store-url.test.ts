import { expect, it } from 'vitest'
import { CommandFailure } from '../../src/cli/command-failure.js'
import { parseStoreUrl, storeNameOf } from '../../src/cli/store-url.js'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { failedWith, folderWith } from './given/folder.js'

it.each([
  { url: 'sqlite:clients.db', path: 'clients.db' },
  { url: 'sqlite:./data/clients.db', path: './data/clients.db' },
  { url: 'sqlite:../a b%3Fc%23d%20%25.db', path: '../a b?c#d %.db' },
  { url: 'sqlite:caf%C3%A9.db', path: 'café.db' },
  { url: 'file:clients.db', path: 'clients.db' },
  { url: 'file:///var/clients.db', path: '/var/clients.db' },
  { url: 'sqlite:/var/clients.db', path: '/var/clients.db' },
  { url: 'sqlite:///var/clients.db', path: '/var/clients.db' },
  { url: 'sqlite:C:\\clients.db', path: 'C:\\clients.db' },
])('$url names the file $path', ({ url, path }) => {
  expect(parseStoreUrl(url)).toEqual({ engine: 'sqlite', path })
  expect(storeNameOf(url)).toBe(`the SQLite file ${path}`)
})

it.each(['ro', 'rw', 'rwc'])('mode=%s is read from the URL of a SQLite file', (mode) => {
  for (const scheme of ['sqlite', 'file']) {
    expect(parseStoreUrl(`${scheme}:a%20b.db?mode=${mode}`)).toEqual({
      engine: 'sqlite',
      path: 'a b.db',
      mode,
    })
  }
})

it.each([
  { url: 'postgres://host/database' },
  { url: 'postgresql://role:secret@host:5432/database?sslmode=require' },
  { url: 'postgres:///database?host=/var/run/postgresql' },
])('$url is passed to PostgreSQL unchanged and is not shown in messages', ({ url }) => {
  expect(parseStoreUrl(url)).toEqual({ engine: 'postgres', url })
  expect(storeNameOf(url)).toBe('the PostgreSQL store')
})

const SYNTAX =
  'use --store sqlite:PATH, --store postgres://role@host/database or --store nats://host/STREAM'
const NO_SCHEME = 'it does not begin with sqlite:, postgres: or nats:'

it.each([
  { url: 'mysql://role:secret@host/database', problem: NO_SCHEME },
  { url: 'nonsense', problem: NO_SCHEME },
  { url: 'clients.db', problem: NO_SCHEME },
  { url: '', problem: NO_SCHEME },
  { url: 'sqlite:', problem: 'it names no file' },
  { url: 'sqlite://', problem: 'it names no file' },
  {
    url: 'sqlite://clients.db',
    problem: 'a SQLite file is not on a host, and an absolute path begins with sqlite:///',
  },
  {
    url: 'file://host/clients.db',
    problem: 'a SQLite file is not on a host, and an absolute path begins with file:///',
  },
  {
    url: 'sqlite:clients.db?schema=secret',
    problem:
      'the parameter schema is unknown, and only mode is known (write %3F for the character ?)',
  },
  {
    url: 'sqlite:clients.db?mode=secret',
    problem: 'mode is ro (only read), rw (read and write) or rwc (create it if it is missing)',
  },
  {
    url: 'sqlite:clients.db?mode=ro&mode=rw',
    problem: 'the parameter mode is present more than once',
  },
  {
    url: 'sqlite:clients.db#secret',
    problem: 'a part after # has no meaning: write %23 for the character #',
  },
  {
    url: 'sqlite:100%.db',
    problem: 'a % is followed by no hexadecimal code of UTF-8: write %25 for the character %',
  },
  { url: 'sqlite:a%00.db', problem: 'a path has no NUL character' },
  { url: 'sqlite::memory:', problem: 'a store in memory would end with the command' },
  { url: 'postgres:role:secret', problem: 'it is not a PostgreSQL URL' },
  { url: 'postgres://role:secret@host:99999/database', problem: 'it is not a PostgreSQL URL' },
  { url: 'postgres://role:secret@host:x/database', problem: 'it is not a PostgreSQL URL' },
])('the store URL $url is refused in a sentence that does not quote it', ({ url, problem }) => {
  const sentence = `the store URL is invalid: ${problem}; ${SYNTAX}`
  expect(() => parseStoreUrl(url)).toThrow(new CommandFailure(sentence))
})

it.each([{ command: ['import', 'log'] }, { command: ['export'] }])(
  'clientfold $command refuses an invalid store URL and creates no file',
  async ({ command }) => {
    const folder = await folderWith({ log: logOf(eventLine()) })
    const url = 'mysql://role:secret@host/database'
    expect(await folder.run([...command, '--store', url])).toEqual(
      failedWith(`the store URL is invalid: ${NO_SCHEME}; ${SYNTAX}`),
    )
    expect(await folder.names()).toEqual(['log'])
  },
)

it('a password is not shown if no PostgreSQL server answers', async () => {
  const url = 'postgres://role:secret@127.0.0.1:1/database'
  const ended = await (await folderWith()).run(['export', '--store', url])
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toMatch(/^clientfold: [^\n]*PostgreSQL[^\n]*\n$/)
  expect(ended.stderr).not.toContain('secret')
})
