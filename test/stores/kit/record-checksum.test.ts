import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checksumOfBytes,
  checksumsOf,
  checksumWithFew,
  hasChecksum,
  joinedChecksum,
  keyChecksumOf,
  type ChecksummedRecord,
} from '../../../src/stores/kit/record-checksum.js'

const bytes = fc.uint8Array({ maxLength: 300 })

const record = fc.record({
  clientKey: fc.string(),
  revision: fc.nat(),
  eventKey: fc.string(),
  recordedAt: fc.nat(),
  text: fc.string({ unit: 'binary' }),
})

const contentOf = ({ revision, recordedAt, eventKey, text }: ChecksummedRecord): Buffer =>
  Buffer.from(`${revision},${recordedAt},"${eventKey}",${text}],\n`)

describe('the checksum of a record', () => {
  it('the checksum of two texts in a row follows from those of both', () => {
    fc.assert(
      fc.property(bytes, bytes, (first, second) => {
        const joined = joinedChecksum(crc32(first), crc32(second), second.length)
        expect(joined >>> 0).toBe(crc32(Buffer.concat([first, second])))
      }),
    )
    const long = Buffer.alloc(100_000, 7)
    expect(joinedChecksum(crc32('a'), crc32(long), long.length) >>> 0).toBe(
      crc32(Buffer.concat([Buffer.from('a'), long])),
    )
  })

  it('the checksum with few more bytes is that of zlib', () => {
    fc.assert(
      fc.property(bytes, bytes, (first, second) => {
        const whole = Buffer.concat([first, second])
        const before = checksumOfBytes(first)
        expect(checksumWithFew(before, whole, first.length, whole.length)).toBe(
          checksumOfBytes(whole),
        )
      }),
    )
  })

  it('the content of a record has its checksum, and no longer after a change', () => {
    fc.assert(
      fc.property(record, fc.nat(), (each, place) => {
        const { whole } = checksumsOf(each)
        const content = contentOf(each)
        const key = keyChecksumOf(each.clientKey)
        expect(hasChecksum(content, key, whole)).toBe(true)
        content[place % content.length]! ^= 1 << (place % 8)
        expect(hasChecksum(content, key, whole)).toBe(false)
      }),
    )
  })

  it('no bytes, whatever holds them, change no checksum', () => {
    for (const none of [new Uint8Array(), Buffer.from(new ArrayBuffer(0)), Buffer.alloc(0)]) {
      for (const start of [1, 0x7fff_ffff, -1]) expect(checksumOfBytes(none, start)).toBe(start)
    }
  })
})

it('a checksum goes on over bytes that are empty, on every version of Node', () => {
  const start = checksumOfBytes(Buffer.from('before'))
  for (const empty of [Buffer.from(new ArrayBuffer(0)), new Uint8Array(), Buffer.alloc(0)]) {
    expect(checksumOfBytes(empty, start)).toBe(start)
  }
})
