import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { byteByByte, bytesOf, BYTE_ORDER_MARK, eventLine, logOf, sourceOf } from './log-bytes.js'
import { givenLogFolder } from './fast/log-folder.js'
import { fastOutcome, plainOutcome } from './fast/outcome.js'
import { read } from './reading.js'

const { fileWith } = givenLogFolder()
const EVENTS = [eventLine({ id: 'sess_1' }), eventLine({ id: 'sess_2' })].map(
  (line) => JSON.parse(line) as unknown,
)

const utf16 = (text: string, order: 'LE' | 'BE'): Buffer => {
  const bytes = Buffer.from(text, 'utf16le')
  return order === 'LE' ? bytes : bytes.swap16()
}

const LINES = logOf(...EVENTS.map((event) => JSON.stringify(event))).toString()
const ARRAY = "it is a JSON array; write one event on each line, for example with jq -c '.[]'"
const SEVERAL_LINES =
  'its events have several lines each; write each event on one line, for example with jq -c .'
const textReason = (order: string): string =>
  `it is UTF-16 text; convert it to UTF-8, for example with iconv -f UTF-16${order} -t UTF-8`

it.each([
  { name: 'a JSON array on one line', bytes: bytesOf(JSON.stringify(EVENTS)), reason: ARRAY },
  {
    name: 'a JSON array on many lines',
    bytes: bytesOf(BYTE_ORDER_MARK, JSON.stringify(EVENTS, null, 2)),
    reason: ARRAY,
  },
  {
    name: 'events of several lines',
    bytes: logOf(...EVENTS.map((event) => JSON.stringify(event, null, 2))),
    reason: SEVERAL_LINES,
  },
  { name: 'UTF-16 (LE)', bytes: utf16(LINES, 'LE'), reason: textReason('LE') },
  { name: 'UTF-16 (BE)', bytes: utf16(LINES, 'BE'), reason: textReason('BE') },
  {
    name: 'UTF-16 (LE) with a byte-order mark',
    bytes: utf16(`${BYTE_ORDER_MARK}${LINES}`, 'LE'),
    reason: textReason('LE'),
  },
  {
    name: 'UTF-16 (BE) with a byte-order mark',
    bytes: utf16(`${BYTE_ORDER_MARK}${LINES}`, 'BE'),
    reason: textReason('BE'),
  },
  {
    name: 'zstd',
    bytes: Buffer.from('28b52ffd2400010000', 'hex'),
    reason: 'it is compressed by zstd; unpack it first, for example with zstd -dc',
  },
  {
    name: 'xz',
    bytes: Buffer.from('fd377a585a000004e6d6b446', 'hex'),
    reason: 'it is compressed by xz; unpack it first, for example with xz -dc',
  },
  {
    name: 'bzip2',
    bytes: bytesOf('BZh9', Buffer.from('314159265359', 'hex')),
    reason: 'it is compressed by bzip2; unpack it first, for example with bzip2 -dc',
  },
  {
    name: 'zip',
    bytes: bytesOf('PK\u0003\u0004', Buffer.alloc(30)),
    reason: 'it is a zip archive; unpack it first, for example with unzip -p',
  },
  {
    name: 'a SQLite database',
    bytes: bytesOf('SQLite format 3\0', Buffer.alloc(84)),
    reason: 'it is a SQLite database; write the events of a store with clientfold export',
  },
  {
    name: 'gzip of gzip',
    bytes: gzipSync(gzipSync(LINES)),
    reason: 'it is compressed twice; unpack it once',
  },
])('$name is refused in one sentence, on both paths', async ({ bytes, reason }) => {
  const message = `cannot read log: ${reason}`
  const packed = gzipSync(bytes)
  const sources = [
    sourceOf([bytes]),
    sourceOf(byteByByte(bytes)),
    await fileWith('contained', bytes),
    ...(reason.includes('twice') ? [] : [sourceOf([packed]), await fileWith('packed', packed)]),
  ]
  for (const source of sources) {
    await expect(plainOutcome([source])).rejects.toThrow(message)
    await expect(fastOutcome([source])).rejects.toThrow(message)
    await expect(fastOutcome([source], { threads: 2 })).rejects.toThrow(message)
  }
})

it.each([
  { name: 'a line of a server', line: '[2026-05-28 08:00] listening' },
  { name: 'a brace', line: '{' },
  { name: 'a NUL before an event', line: `\0${eventLine()}` },
  { name: 'letters', line: 'PK' },
])('a log that begins with $name is still read line by line', async ({ line }) => {
  const { events, refused } = await read(logOf(line, eventLine()))
  expect({ events: events.length, refused: refused.length }).toEqual({ events: 1, refused: 1 })
})
