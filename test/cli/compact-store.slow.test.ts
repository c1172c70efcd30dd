import { describe, expect, it } from 'vitest'
import { logOf } from '../replay/log-bytes.js'
import type { Session } from '../../src/events/session.js'
import { aSessionEvent, DAY, MINUTE, T0 } from '../given.js'
import { folderWith, linesOf, type Folder } from './given/folder.js'
import { folderWithStore } from './given/store.js'

const eventLine = (session: Partial<Session>, envelope: object): string =>
  JSON.stringify(aSessionEvent(session, envelope))

const at = (minute: number) => ({ updated_at: T0 + minute * MINUTE, created_at: T0 })
const recorded = (n: number, minute: number) => ({
  id: `msg_${n}`,
  recorded_at: T0 + minute * MINUTE,
})

const LOG = logOf(
  eventLine(at(0), recorded(1, 0)),
  eventLine(at(2), recorded(2, 2)),
  eventLine({ ...at(4), status: 'ended' }, recorded(3, 4)),
  eventLine({ ...at(9), client_id: 'client_2', id: 'sess_2', user_id: 'user_2' }, recorded(4, 9)),
)
const STORE = ['--store', 'sqlite:clients.db']
/** Between the third event and the fourth. */
const MOMENT = new Date(T0 + 5 * MINUTE).toISOString()

const idsIn = async (folder: Folder): Promise<ReadonlyArray<string | undefined>> =>
  linesOf((await folder.run(['export'])).stdout).map((line) => /"id":"(msg_\d)"/.exec(line)?.[1])

describe('clientfold compact --store', () => {
  it('compact drops events of a store, and appends them to the archive', async () => {
    const folder = await folderWithStore(LOG)
    const before = await folder.run(['export'])
    const args = ['compact', ...STORE, '--before', MOMENT, '--archive', 'archive.ndjson']
    expect(await folder.run(args)).toEqual({
      code: 0,
      stderr: '',
      stdout: `dropped 2 events of 1 client; questions about moments before ${MOMENT} are refused from now on\n`,
    })
    expect(await idsIn(folder)).toEqual(['msg_3', 'msg_4'])
    expect(await folder.run(['import', 'log'])).toMatchObject({
      stdout: 'recorded 0, duplicates 4, conflicts 0, erased 0, refused 0\n',
    })
    // The archive and what is left are the log of before.
    const left = await folder.run(['export', '--out', 'left.ndjson'])
    expect(left.code).toBe(0)
    await folder.write('before.ndjson', Buffer.from(before.stdout))
    for (const view of [[], ['--as-of', new Date(T0 + MINUTE).toISOString()]]) {
      expect(await folder.run(['replay', 'archive.ndjson', 'left.ndjson', ...view])).toEqual(
        await folder.run(['replay', 'before.ndjson', ...view]),
      )
    }
    // Once more: nothing is left to do, and the archive stays as it is.
    expect((await folder.run(args)).stdout).toContain('dropped 0 events of 0 clients')
    expect(linesOf(await folder.read('archive.ndjson'))).toHaveLength(2)
  })

  it('a view of a moment before the horizon is refused with a sentence', async () => {
    const folder = await folderWithStore(LOG)
    await folder.run(['compact', ...STORE, '--before', MOMENT])
    const refused = await folder.run(['show', 'client_1', '--as-of', new Date(T0).toISOString()])
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr: `clientfold: the store was compacted before ${MOMENT}: ask for that moment or a later one\n`,
    })
    expect((await folder.run(['show', 'client_1', '--as-of', MOMENT])).code).toBe(0)
  })

  it('an interrupted line at the end of the archive is removed, and another file is not touched', async () => {
    const folder = await folderWithStore(LOG)
    const line = eventLine({}, { id: 'msg_0' })
    await folder.write('archive.ndjson', Buffer.from(`${line}\n{"object":"ev`))
    const compact = (file: string) =>
      folder.run(['compact', ...STORE, '--before', MOMENT, '--archive', file])
    await folder.write('notes.txt', Buffer.from('my notes\n'))
    expect(await compact('notes.txt')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'clientfold: cannot write notes.txt: it is not a log of events; choose another file\n',
    })
    expect(await folder.read('notes.txt')).toBe('my notes\n')
    expect((await compact('clients.db')).stderr).toContain('it is a file of the store')
    expect((await compact('archive.ndjson')).code).toBe(0)
    const lines = linesOf(await folder.read('archive.ndjson'))
    expect(lines.map((each) => /"id":"(msg_\d)"/.exec(each)?.[1])).toEqual([
      'msg_0',
      'msg_1',
      'msg_2',
    ])
  })

  const WRONG = [
    {
      name: 'without a moment',
      args: STORE,
      expected:
        '--store needs --before TIME: questions about moments before it are refused afterwards',
    },
    {
      name: 'with a log',
      args: ['log', ...STORE, '--before', MOMENT],
      expected: '--store compacts a store in place: leave out FILE, --out, --rejects and --part',
    },
    {
      name: 'with an archive of logs',
      args: ['log', '--archive', 'archive.ndjson'],
      expected: '--archive is for stores: name one with --store URL',
    },
  ]
  it.each(WRONG)('compact $name is wrong usage', async ({ args, expected }) => {
    const folder = await folderWith({ log: LOG })
    const ended = await folder.run(['compact', ...args])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain(`error: ${expected}`)
  })

  it('a moment in the future is refused', async () => {
    const folder = await folderWithStore(LOG)
    const future = '9000-01-01T00:00:00Z'
    const expected = { code: 2, stdout: '' }
    const compacted = await folder.run(['compact', ...STORE, '--before', future])
    expect(compacted).toMatchObject(expected)
    expect(compacted.stderr).toBe(
      'clientfold: --before is in the future: give a moment that has passed\n',
    )
    expect(await folder.run(['forget', '--over-before', future])).toMatchObject(expected)
  })
})

describe('clientfold forget', () => {
  it('forget removes sessions that were over, with their clients, and says so', async () => {
    const folder = await folderWithStore(LOG)
    const overBefore = new Date(T0 + 6 * MINUTE).toISOString()
    expect(await folder.run(['forget', '--over-before', overBefore])).toEqual({
      code: 0,
      stderr: '',
      stdout:
        'forgot 1 session of 1 client: deleted or rewrote 3 events\n' +
        'the bytes stay in the files until a scrub: clientfold scrub; backups keep them until they expire\n',
    })
    expect(await idsIn(folder)).toEqual(['msg_4'])
    expect(await folder.run(['import', 'log'])).toMatchObject({
      stdout: 'recorded 0, duplicates 1, conflicts 0, erased 3, refused 0\n',
    })
    // The other one expires after seven days.
    const later = new Date(T0 + 8 * DAY).toISOString()
    expect((await folder.run(['forget', '--over-before', later])).stdout).toContain(
      'forgot 1 session of 1 client: deleted or rewrote 1 event\n',
    )
    expect(await idsIn(folder)).toEqual([])
  })
})
