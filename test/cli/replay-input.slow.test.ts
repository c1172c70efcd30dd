import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import type { Client } from '../../src/events/client.js'
import { bytesOf, BYTE_ORDER_MARK, eventLine, gzipMembers, logOf } from '../replay/log-bytes.js'
import { failedWith, folderWith, linesOf, type Ended } from './given/folder.js'

const A = eventLine({ client_id: 'client_a' })
const B = eventLine({ client_id: 'client_b' })

const idsIn = ({ stdout }: Ended): ReadonlyArray<string> =>
  linesOf(stdout).map((line) => (JSON.parse(line) as Client).id)

const folded = (ended: Ended) => ({ ids: idsIn(ended), stderr: ended.stderr, code: ended.code })

const BOTH = { ids: ['client_a', 'client_b'], stderr: '', code: 0 }

it('replay reads several files', async () => {
  const folder = await folderWith({ a: logOf(A), b: logOf(B) })
  expect(folded(await folder.run(['replay', 'a', 'b']))).toEqual(BOTH)
})

it('replay reads standard input if no file is named', async () => {
  const folder = await folderWith()
  expect(folded(await folder.run(['replay'], { input: logOf(A, B) }))).toEqual(BOTH)
})

it('replay reads standard input in the place of -', async () => {
  const folder = await folderWith({ a: logOf(A) })
  expect(folded(await folder.run(['replay', 'a', '-'], { input: logOf(B) }))).toEqual(BOTH)
})

it('replay reads gzipped files of several members', async () => {
  const folder = await folderWith({ 'both.gz': gzipMembers([logOf(A), bytesOf(B)]) })
  expect(folded(await folder.run(['replay', 'both.gz']))).toEqual(BOTH)
})

it('replay reads gzip from standard input', async () => {
  const folder = await folderWith()
  expect(folded(await folder.run(['replay', '-'], { input: gzipSync(logOf(A, B)) }))).toEqual(BOTH)
})

it('replay reads carriage returns, blank lines, a byte-order mark and a last line without a line feed', async () => {
  const log = bytesOf(BYTE_ORDER_MARK, A, '\r\n\r\n \t\n', B)
  const folder = await folderWith({ log, marked: bytesOf(BYTE_ORDER_MARK, B) })
  expect(folded(await folder.run(['replay', 'log', 'marked']))).toEqual(BOTH)
})

it('replay and import read each part of a joined log that begins with a byte-order mark', async () => {
  const parts = [A, B].map((line) => bytesOf(BYTE_ORDER_MARK, line, '\n'))
  const folder = await folderWith({ joined: bytesOf(...parts), 'joined.gz': gzipMembers(parts) })
  expect(folded(await folder.run(['replay', 'joined']))).toEqual(BOTH)
  expect(folded(await folder.run(['replay', 'joined.gz']))).toEqual(BOTH)
  const { stdout } = await folder.run(['import', 'joined'])
  expect(stdout).toMatch(/^recorded 2, .* refused 0\n$/)
})

it('replay reads a file that is named like an option after --', async () => {
  const folder = await folderWith({ '--at': logOf(A, B) })
  expect(folded(await folder.run(['replay', '--', '--at']))).toEqual(BOTH)
})

it('replay reads a named pipe', async () => {
  const folder = await folderWith({ log: logOf(A, B) })
  const ended = await folder.shell(
    `mkfifo pipe; { cat log >pipe; } >/dev/null 2>&1 &
    clientfold replay pipe; code=$?; kill $! 2>/dev/null; exit $code`,
  )
  expect(folded(ended)).toEqual(BOTH)
})

it('replay writes the same for a log that is given twice', async () => {
  const folder = await folderWith({ log: logOf(A, B) })
  const once = await folder.run(['replay', 'log'])
  expect(await folder.run(['replay', 'log', 'log'])).toEqual(once)
})

const unreadable = async (
  files: Readonly<Record<string, Uint8Array>>,
  ...names: ReadonlyArray<string>
): Promise<Ended> => (await folderWith(files)).run(['replay', ...names])

it('a log that does not exist ends replay in one sentence', async () => {
  expect(await unreadable({ a: logOf(A) }, 'a', 'nowhere.ndjson')).toEqual(
    failedWith('cannot read nowhere.ndjson: no such file or directory'),
  )
})

it('a log that is a directory ends replay in one sentence', async () => {
  expect(await unreadable({}, '.')).toEqual(failedWith('cannot read .: it is a directory'))
})

it('a log that breaks off ends replay in one sentence', async () => {
  const broken = gzipSync(logOf(A)).subarray(0, -9)
  expect(await unreadable({ 'log.gz': broken }, 'log.gz')).toEqual(
    failedWith('cannot read log.gz: unexpected end of file'),
  )
})

it('bytes behind gzip are named once, and every event is folded', async () => {
  const garbage = 'rotated by cron\n'
  const folder = await folderWith({ 'log.gz': bytesOf(gzipSync(logOf(A, B)), garbage) })
  for (const options of [[], ['--engine', 'plain']]) {
    const ended = await folder.run(['replay', 'log.gz', '--rejects', 'rejects', ...options])
    expect(folded(ended)).toEqual({ ...BOTH, stderr: 'log.gz:3: not JSON\n', code: 1 })
    expect(await folder.read('rejects')).toBe(garbage)
  }
})

it.each(['replay', 'verify', 'import'])(
  '%s refuses a log in another container in one sentence',
  async (command) => {
    const folder = await folderWith({ log: `[\n  ${A},\n  ${B}\n]\n` })
    expect(await folder.run([command, 'log'])).toEqual(
      failedWith(
        "cannot read log: it is a JSON array; write one event on each line, for example with jq -c '.[]'",
      ),
    )
  },
)

it('a damaged log ends replay while standard input stays open', async () => {
  const damaged = gzipSync(logOf(A))
  damaged[damaged.length - 8] = (damaged[damaged.length - 8] ?? 0) ^ 1
  const { child, send, ended } = (await folderWith()).start(['replay'])
  send(damaged)
  const timeout = new Promise((resolve) => setTimeout(resolve, 20_000, 'still running'))
  const outcome = await Promise.race([ended, timeout])
  child.kill()
  expect(outcome).toEqual(failedWith('cannot read -: incorrect data check'))
})
