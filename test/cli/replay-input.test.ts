import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Client } from '../../src/events/client.js'
import { bytesOf, BYTE_ORDER_MARK, eventLine, gzipMembers, logOf } from '../replay/log-bytes.js'
import { folderWith, type Ended } from './given/folder.js'

const A = eventLine({ client_id: 'client_a' })
const B = eventLine({ client_id: 'client_b' })

const idsIn = ({ stdout }: Ended): ReadonlyArray<string> =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as Client).id)

const folded = (ended: Ended) => ({ ids: idsIn(ended), stderr: ended.stderr, code: ended.code })

const BOTH = { ids: ['client_a', 'client_b'], stderr: '', code: 0 }

describe.concurrent('clientfold replay reads', () => {
  it('several files', async () => {
    const folder = await folderWith({ a: logOf(A), b: logOf(B) })
    expect(folded(await folder.run(['replay', 'a', 'b']))).toEqual(BOTH)
  })

  it('standard input, if no file is named', async () => {
    const folder = await folderWith()
    expect(folded(await folder.run(['replay'], { input: logOf(A, B) }))).toEqual(BOTH)
  })

  it('standard input where - stands', async () => {
    const folder = await folderWith({ a: logOf(A) })
    expect(folded(await folder.run(['replay', 'a', '-'], { input: logOf(B) }))).toEqual(BOTH)
  })

  it('gzipped files, of several members too', async () => {
    const folder = await folderWith({ 'both.gz': gzipMembers([logOf(A), bytesOf(B)]) })
    expect(folded(await folder.run(['replay', 'both.gz']))).toEqual(BOTH)
  })

  it('gzip from standard input', async () => {
    const folder = await folderWith()
    expect(folded(await folder.run(['replay', '-'], { input: gzipSync(logOf(A, B)) }))).toEqual(
      BOTH,
    )
  })

  it('carriage returns, blank lines, a byte-order mark and a last line without its end', async () => {
    const log = bytesOf(BYTE_ORDER_MARK, A, '\r\n\r\n \t\n', B)
    const folder = await folderWith({ log, marked: bytesOf(BYTE_ORDER_MARK, B) })
    expect(folded(await folder.run(['replay', 'log', 'marked']))).toEqual(BOTH)
  })

  it('a file by the name of an option, behind --', async () => {
    const folder = await folderWith({ '--at': logOf(A, B) })
    expect(folded(await folder.run(['replay', '--', '--at']))).toEqual(BOTH)
  })

  it('a named pipe', async () => {
    const folder = await folderWith({ log: logOf(A, B) })
    const ended = await folder.shell(
      `mkfifo pipe; { cat log >pipe; } >/dev/null 2>&1 &
      clientfold replay pipe; code=$?; kill $! 2>/dev/null; exit $code`,
    )
    expect(folded(ended)).toEqual(BOTH)
  })

  it('the same log twice as it reads it once', async () => {
    const folder = await folderWith({ log: logOf(A, B) })
    const [once, twice] = [
      await folder.run(['replay', 'log']),
      await folder.run(['replay', 'log', 'log']),
    ]
    expect(twice).toEqual(once)
  })
})

describe.concurrent('a log that cannot be read', () => {
  const unreadable = async (
    files: Readonly<Record<string, Uint8Array>>,
    ...names: ReadonlyArray<string>
  ): Promise<Ended> => (await folderWith(files)).run(['replay', ...names])

  it('because it does not exist, ends the command in one clear line', async () => {
    expect(await unreadable({ a: logOf(A) }, 'a', 'nowhere.ndjson')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'clientfold: cannot read nowhere.ndjson: no such file or directory\n',
    })
  })

  it('because it is a directory, ends the command in one clear line', async () => {
    expect(await unreadable({}, '.')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'clientfold: cannot read .: it is a directory\n',
    })
  })

  it('because it breaks off, ends the command in one clear line', async () => {
    const broken = gzipSync(logOf(A)).subarray(0, -9)
    expect(await unreadable({ 'log.gz': broken }, 'log.gz')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'clientfold: cannot read log.gz: unexpected end of file\n',
    })
  })

  it('ends the command even while standard input stays open', async () => {
    const damaged = gzipSync(logOf(A))
    damaged[damaged.length - 8] = (damaged[damaged.length - 8] ?? 0) ^ 1
    const { child, send, ended } = (await folderWith()).start(['replay'])
    send(damaged)
    const patience = new Promise((resolve) => setTimeout(resolve, 5000, 'still running'))
    const outcome = await Promise.race([ended, patience])
    child.kill()
    expect(outcome).toEqual({
      code: 2,
      stdout: '',
      stderr: 'clientfold: cannot read -: incorrect data check\n',
    })
  })
})
