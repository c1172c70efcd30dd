import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { LogSource } from '../../src/replay/source.js'

/** 28 May 2026, 08:00 UTC. */
export const MORNING = 1_779_955_200_000
export const DAY = 86_400_000
export const BYTE_ORDER_MARK = '\ufeff'

/** Bytes that are not UTF-8, each for another reason. */
export const NOT_UTF8 = [
  { flaw: 'a byte that never occurs', bytes: Buffer.from([0xff]) },
  { flaw: 'half of a surrogate pair (CESU-8)', bytes: Buffer.from([0xed, 0xa0, 0x80]) },
  {
    flaw: 'a surrogate pair in six bytes (CESU-8)',
    bytes: Buffer.from([0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]),
  },
  { flaw: 'a sequence that is cut off', bytes: Buffer.from([0xf0, 0x9f, 0xa6]) },
  { flaw: 'an overlong solidus', bytes: Buffer.from([0xc0, 0xaf]) },
  { flaw: 'a continuation without a lead', bytes: Buffer.from([0x80]) },
  { flaw: 'a code point beyond the last', bytes: Buffer.from([0xf4, 0x90, 0x80, 0x80]) },
] as const

/** A `session.created` in the wire form, of an active session. */
export const sessionPayload = (session: object = {}, envelope: object = {}): object => ({
  object: 'event',
  type: 'session.created',
  timestamp: MORNING,
  ...envelope,
  data: {
    object: 'session',
    id: 'sess_1',
    user_id: 'user_1',
    client_id: 'client_1',
    status: 'active',
    last_active_at: MORNING,
    expire_at: MORNING + 7 * DAY,
    abandon_at: MORNING + 30 * DAY,
    updated_at: MORNING,
    created_at: MORNING,
    ...session,
  },
})

/** A line that is an event, without its line feed. */
export const eventLine = (session: object = {}, envelope: object = {}): string =>
  JSON.stringify(sessionPayload(session, envelope))

/** Texts and bytes, one after the other. */
export const bytesOf = (...parts: ReadonlyArray<string | Uint8Array>): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))

/** A log with a line feed after every line. */
export const logOf = (...lines: ReadonlyArray<string | Uint8Array>): Buffer =>
  bytesOf(...lines.flatMap((line) => [line, '\n']))

/** The bytes in pieces, cut at these places; the same place twice makes an empty piece. */
export const cutAt = (
  bytes: Uint8Array,
  places: ReadonlyArray<number>,
): ReadonlyArray<Uint8Array> => {
  const bounds = [0, ...places.toSorted((left, right) => left - right), bytes.length]
  return bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end))
}

export const byteByByte = (bytes: Uint8Array): ReadonlyArray<Uint8Array> =>
  cutAt(bytes, Array.from(bytes.keys()).slice(1))

/** The bytes in any chunks, as a file or a pipe may give them. */
export const arbitraryChunks = (bytes: Uint8Array): fc.Arbitrary<ReadonlyArray<Uint8Array>> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant(byteByByte(bytes)) },
    {
      weight: 4,
      arbitrary: fc
        .array(fc.nat({ max: bytes.length }), { maxLength: 24 })
        .map((places) => cutAt(bytes, places)),
    },
  )

/** The bytes compressed, in one gzip member for each part. */
export const gzipMembers = (parts: ReadonlyArray<Uint8Array>): Buffer =>
  Buffer.concat(parts.map((part) => gzipSync(part)))

/** A log that comes in these chunks. */
export const sourceOf = (chunks: ReadonlyArray<Uint8Array>, name = 'log'): LogSource => ({
  name,
  size: chunks.reduce((total, { length }) => total + length, 0),
  open: () => Readable.from(chunks),
})
