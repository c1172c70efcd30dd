import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withStore } from '../../src/cli/open-store.js'
import { failureReportOf } from '../../src/cli/command-failure.js'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { failedWith, folderWith } from './given/folder.js'
import { changeDatabase, folderWithStore, STORE_COMMANDS } from './given/store.js'

const LOG = logOf(eventLine())
const CREATE_HINT =
  'check --store, or create the store with clientfold import or clientfold serve --create'

it.each(STORE_COMMANDS)(
  'clientfold $command refuses a file that does not exist, and does not create it',
  async ({ args }) => {
    const folder = await folderWith()
    expect(await folder.run(args)).toEqual(
      failedWith(`the SQLite file clients.db does not exist; ${CREATE_HINT}`),
    )
    expect(await folder.names()).toEqual([])
  },
)

const openSentence = async (path: string, mustExist: boolean): Promise<string> => {
  const opened = withStore(`sqlite:${path}`, { mustExist }, () => Promise.resolve('opened'))
  return opened.catch((error: unknown) => {
    expect(failureReportOf(error).exitCode).toBe(2)
    return error instanceof Error ? error.message : ''
  })
}

it('a command other than import refuses an empty file and leaves it empty', async () => {
  const folder = await folderWith({ 'clients.db': '' })
  const path = join(folder.path, 'clients.db')
  const sentence = await openSentence(path, true)
  expect(sentence).toMatch(/^the SQLite file \S*clients\.db [^;]+; /)
  expect(sentence).toContain(CREATE_HINT)
  expect(await folder.names()).toEqual(['clients.db'])
  expect(await folder.read('clients.db')).toBe('')
})

it.each([{ mustExist: true }, { mustExist: false }])(
  'a file that is not a database is refused and left unchanged (mustExist: $mustExist)',
  async ({ mustExist }) => {
    const folder = await folderWith({ log: LOG })
    expect(await openSentence(join(folder.path, 'log'), mustExist)).toMatch(/log .*database/)
    expect(await folder.bytes('log')).toEqual(LOG)
  },
)

it.each([{ mustExist: true }, { mustExist: false }])(
  'a store of a newer version is refused (mustExist: $mustExist)',
  async ({ mustExist }) => {
    const folder = await folderWithStore(LOG)
    await changeDatabase(folder, 'PRAGMA user_version = 99')
    const sentence = await openSentence(join(folder.path, 'clients.db'), mustExist)
    expect(sentence).toMatch(/clients\.db .*newer version of clientfold/)
  },
)

it('a database of another application is refused in one sentence', async () => {
  const folder = await folderWithStore(LOG)
  await changeDatabase(folder, 'PRAGMA application_id = 7')
  const ended = await folder.run(['export'])
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toMatch(
    /^clientfold: the SQLite file clients\.db [^\n]*another application[^\n]*\n$/,
  )
})

it('a damaged record ends an export in one sentence that quotes no value, without a file', async () => {
  const folder = await folderWithStore(LOG)
  await changeDatabase(folder, `UPDATE events SET text = '{"canary":1}'`)
  const ended = await folder.run(['export', '--out', 'out'])
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toMatch(/^clientfold: the record at position [0-9a-f]+\/1\/[^\n]*\n$/)
  expect(ended.stderr).not.toContain('canary')
  expect(await folder.names()).not.toContain('out')
})

it('an import of a log that does not exist ends before it creates a store', async () => {
  const folder = await folderWith()
  expect(await folder.run(['import', 'nowhere'])).toEqual(
    failedWith('cannot read nowhere: no such file or directory'),
  )
  expect(await folder.names()).toEqual([])
})
