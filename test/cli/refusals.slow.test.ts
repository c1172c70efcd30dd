import { expect, it } from 'vitest'
import { bytesOf, BYTE_ORDER_MARK, eventLine, logOf } from '../replay/log-bytes.js'
import { folderWith, linesOf } from './given/folder.js'

const GOOD = eventLine()
const CANARY = 'canary_7c1'

const noEvents = (count: number): ReadonlyArray<string> => Array<string>(count).fill('no event')

it('refused lines are named on stderr, and the others are folded', async () => {
  const folder = await folderWith({ log: logOf('', GOOD, 'no event', '{"type":7}') })
  const { stdout, stderr, code } = await folder.run(['replay', 'log'])
  expect(linesOf(stdout)).toHaveLength(1)
  expect(linesOf(stderr)).toEqual([
    'log:3: not JSON',
    expect.stringMatching(/^log:4: type: expected .*, got an integer/),
  ])
  expect(code).toBe(1)
})

it('refused lines are named by their file', async () => {
  const folder = await folderWith({ a: logOf(GOOD, 'no'), 'b c.ndjson': logOf('no') })
  const { stderr } = await folder.run(['replay', 'a', 'b c.ndjson', '-'], { input: '\nno' })
  expect(linesOf(stderr)).toEqual(['a:2: not JSON', 'b c.ndjson:1: not JSON', '-:2: not JSON'])
})

it('twenty refused lines are named one by one', async () => {
  const folder = await folderWith({ log: logOf(...noEvents(20)) })
  const { stderr, code } = await folder.run(['replay', 'log'])
  expect(linesOf(stderr)).toHaveLength(20)
  expect(linesOf(stderr).at(-1)).toBe('log:20: not JSON')
  expect(code).toBe(1)
})

it('refused lines after the twentieth are counted', async () => {
  const folder = await folderWith({ log: logOf(...noEvents(57)) })
  const { stderr } = await folder.run(['replay', 'log'])
  expect(linesOf(stderr)).toHaveLength(21)
  expect(linesOf(stderr).at(-1)).toBe(
    '… and 37 more: 57 lines refused in total; --rejects FILE keeps all of them',
  )
})

it('refused lines are counted over all files', async () => {
  const folder = await folderWith({ a: logOf(...noEvents(15)), b: logOf(...noEvents(15)) })
  const { stderr } = await folder.run(['replay', 'a', 'b'])
  expect(linesOf(stderr)).toHaveLength(21)
  expect(linesOf(stderr)[15]).toBe('b:1: not JSON')
  expect(linesOf(stderr).at(-1)).toMatch(/\b10 more\b.*\b30\b/)
})

it('refused lines are described without their values', async () => {
  const log = logOf(
    `{"type":"session.created","data":"${CANARY}`,
    eventLine({ status: CANARY }),
    eventLine({ expire_at: CANARY, actor: CANARY, tasks: CANARY }),
    eventLine({ [CANARY]: CANARY, latest_activity: { [CANARY]: CANARY } }),
    eventLine({ client_id: '', user: { email: CANARY } }),
    eventLine({}, { type: CANARY }),
    eventLine({}, { instance_id: [CANARY], [CANARY]: CANARY }),
    bytesOf(CANARY, Buffer.from([0xff])),
    JSON.stringify(CANARY),
  )
  const { stdout, stderr } = await (await folderWith({ log })).run(['replay', 'log'])
  expect(linesOf(stderr)).toHaveLength(9)
  expect(stdout + stderr).not.toContain(CANARY)
})

const bad = [
  bytesOf('no event'),
  bytesOf(' \u00e9', Buffer.from([0xff, 0x00, 0xed, 0xa0, 0x80]), '\t\r'),
  bytesOf(`  ${BYTE_ORDER_MARK}{"type":"user.created"}\r`),
]
const [first, second, third] = bad as [Buffer, Buffer, Buffer]

it('--rejects keeps refused lines byte for byte, and no others', async () => {
  const folder = await folderWith({ log: logOf(first, GOOD, '', second, ' \r', third, GOOD) })
  const { code } = await folder.run(['replay', 'log', '--rejects', 'bad'])
  expect(code).toBe(1)
  expect(await folder.bytes('bad')).toEqual(logOf(...bad))
})

it('--rejects keeps all refused lines, although only twenty are named', async () => {
  const lines = Array.from({ length: 500 }, (_, index) => `no event ${index}`)
  const folder = await folderWith({ log: logOf(...lines) })
  await folder.run(['replay', 'log', '--rejects', 'bad'])
  expect(await folder.bytes('bad')).toEqual(logOf(...lines))
})

it('--rejects keeps a last line that has no line feed', async () => {
  const folder = await folderWith({ log: bytesOf(GOOD, '\n', second) })
  await folder.run(['replay', 'log', '--rejects', 'bad'])
  expect(await folder.bytes('bad')).toEqual(logOf(second))
})

it('--rejects keeps a line that is longer than a line may be', async () => {
  const long = bytesOf('x'.repeat(70 * 1024 * 1024))
  const folder = await folderWith({ log: logOf(GOOD, long, first) })
  const { stderr, code } = await folder.run(['replay', 'log', '--rejects', 'bad'])
  expect(linesOf(stderr)).toEqual(['log:2: longer than a line may be', 'log:3: not JSON'])
  expect(code).toBe(1)
  expect((await folder.bytes('bad')).equals(logOf(long, first))).toBe(true)
})

it('--rejects is an empty file if no line is refused', async () => {
  const folder = await folderWith({ log: logOf(GOOD) })
  const { code } = await folder.run(['replay', 'log', '--rejects', 'bad'])
  expect(code).toBe(0)
  expect(await folder.read('bad')).toBe('')
})

it('the file of --rejects can be replayed', async () => {
  const folder = await folderWith({ log: logOf(first, GOOD) })
  await folder.run(['replay', 'log', '--rejects', 'bad'])
  const { code, stderr } = await folder.run(['replay', 'bad'])
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'bad:1: not JSON\n' })
})

it('--rejects does not change what is written to stdout and stderr', async () => {
  const folder = await folderWith({ log: logOf(first, second, third) })
  const plain = await folder.run(['replay', 'log'])
  expect(await folder.run(['replay', 'log', '--rejects', 'bad'])).toEqual(plain)
})

it.each([
  { meaning: 'all lines were folded', log: logOf(GOOD, '', GOOD), code: 0 },
  { meaning: 'a line was refused', log: logOf(GOOD, 'no event'), code: 1 },
  { meaning: 'every line was refused', log: logOf('no event'), code: 1 },
  { meaning: 'the log was empty', log: logOf(), code: 0 },
])('replay exits with $code if $meaning', async ({ log, code }) => {
  expect(await (await folderWith({ log })).run(['replay', 'log'])).toMatchObject({ code })
})

it('replay exits with 1 if a line was refused that --client does not need', async () => {
  const folder = await folderWith({ log: logOf(GOOD, eventLine({ status: 'odd' })) })
  expect(await folder.run(['replay', 'log', '--client', 'x'])).toMatchObject({ code: 1 })
})
