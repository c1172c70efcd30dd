import { expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { folderWith } from './given/folder.js'
import { changeDatabase, folderWithStore, openDatabase, STORE_COMMANDS } from './given/store.js'

const LOG = logOf(eventLine())
const ALL_COMMANDS = [{ command: 'import', args: ['import', 'log'] }, ...STORE_COMMANDS]

const ONE_SENTENCE = /^clientfold: the SQLite file [^\n]+\n$/

it.each(STORE_COMMANDS)(
  'clientfold $command refuses an empty file, and leaves it empty',
  async ({ args }) => {
    const folder = await folderWith({ 'clients.db': '' })
    const { code, stdout, stderr } = await folder.run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(ONE_SENTENCE)
    expect(stderr).toContain('create the store with clientfold import')
    expect(await folder.names()).toEqual(['clients.db'])
    expect(await folder.read('clients.db')).toBe('')
  },
)

it.each(ALL_COMMANDS)(
  'clientfold $command refuses a file that is not a database, and leaves it unchanged',
  async ({ args }) => {
    const folder = await folderWith({ log: LOG })
    const { code, stdout, stderr } = await folder.run([...args, '--store', 'sqlite:log'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(ONE_SENTENCE)
    expect(stderr).toMatch(/log .*database/)
    expect(await folder.bytes('log')).toEqual(LOG)
  },
)

it.each(ALL_COMMANDS)(
  'clientfold $command refuses a store of a newer version',
  async ({ args }) => {
    const folder = await folderWithStore(LOG)
    await changeDatabase(folder, 'PRAGMA user_version = 99')
    const { code, stdout, stderr } = await folder.run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(ONE_SENTENCE)
    expect(stderr).toContain('newer version of clientfold')
  },
)

it.each(STORE_COMMANDS.filter(({ command }) => ['show', 'history'].includes(command)))(
  'clientfold $command ends at a damaged record in one sentence',
  async ({ args }) => {
    const folder = await folderWithStore(LOG)
    await changeDatabase(folder, `UPDATE events SET text = '{"canary":1}'`)
    const { code, stdout, stderr } = await folder.run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^clientfold: the record at position [0-9a-f]+\/1\/[^\n]*\n$/)
    expect(stderr).not.toContain('canary')
  },
)

it('a command that meets a locked file waits, then ends in one sentence without a file', async () => {
  const folder = await folderWithStore(LOG)
  const database = await openDatabase(folder)
  database.exec('BEGIN EXCLUSIVE')
  const commands = [
    ['import', 'log', '--rejects', 'bad'],
    ['show', 'client_1'],
  ]
  const ended = await Promise.all(commands.map((args) => folder.run(args)))
  database.exec('ROLLBACK')
  database.close()
  for (const { code, stdout, stderr } of ended) {
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^clientfold: the SQLite file clients\.db [^\n]*locked[^\n]*\n$/)
  }
  expect(await folder.names()).not.toContain('bad')
  expect(await folder.run(['show', 'client_1'])).toMatchObject({ code: 0, stderr: '' })
})
