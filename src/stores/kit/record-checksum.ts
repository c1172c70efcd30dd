import { crc32 } from 'node:zlib'
import type { StorageKey } from './storage-key.js'

/** The values of a record that its checksums cover. */
export interface ChecksummedRecord {
  readonly clientKey: StorageKey
  readonly revision: number
  readonly eventKey: StorageKey
  readonly recordedAt: number
  readonly text: string
}

/** The checksums of a record, as signed integers of 32 bits: an engine stores them in four bytes. */
export interface RecordChecksums {
  /** Of everything but the text. It stays the same when a text is rewritten, so positions carry it. */
  readonly head: number
  /** Of everything. */
  readonly whole: number
}

/**
 * The bytes that the checksum of a record covers are the end of a line of JSON, so that many records can
 * be read and parsed as one text. The client's key is covered apart, because it is the same in all
 * records of a client.
 */
const headOf = ({ revision, recordedAt, eventKey }: Omit<ChecksummedRecord, 'text'>): string =>
  `${revision},${recordedAt},"${eventKey}",`

/** What follows the text in the content of a record. */
const CONTENT_END = '],\n'

/** The same as a format and its values in SQL, for a row of `events`. */
export const CONTENT_SQL = {
  format: `%d,%d,"%s",%s${CONTENT_END}`,
  values: 'revision, recorded_at, event_key, text',
} as const

/** The checksum of a client's key, which is part of the checksums of all its records. */
export const keyChecksumOf = (clientKey: StorageKey): number => crc32(clientKey) | 0

/** The checksums of a new record. */
export const checksumsOf = (record: ChecksummedRecord): RecordChecksums => {
  const head = crc32(headOf(record))
  const key = keyChecksumOf(record.clientKey)
  return { head: head ^ key, whole: crc32(`${record.text}${CONTENT_END}`, head) ^ key }
}

/** Whether the content of one record is what was written. */
export const hasChecksum = (content: Uint8Array, key: number, whole: number): boolean =>
  ((crc32(content) ^ key) | 0) === whole

const POLYNOMIAL = 0xedb88320

/** The product of two polynomials modulo that of CRC-32, with the bits in the order of zlib. */
const multiply = (left: number, right: number): number => {
  let product = 0
  let factor = right
  for (let bit = 31; bit >= 0; bit--) {
    product ^= factor & -((left >>> bit) & 1)
    factor = (factor >>> 1) ^ (-(factor & 1) & POLYNOMIAL)
  }
  return product
}

/** x to the power of 8 times a length. */
const powerOf = (length: number): number => {
  let [power, square] = [1 << 31, 1 << 23]
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(square, power)
    square = multiply(square, square)
  }
  return power
}

const SHORT = 1 << 14
const powersOfShort = new Int32Array(SHORT)

const cachedPowerOf = (length: number): number => {
  const cached = length < SHORT ? powersOfShort[length] : undefined
  if (cached !== undefined && cached !== 0) return cached
  const power = powerOf(length)
  // Beyond the end of the array, this does nothing.
  powersOfShort[length] = power
  return power
}

/**
 * The CRC-32 of two texts in a row, from the CRC-32 of each. So one call over the contents of many
 * records verifies all of them: a call for each would cost half as much as the parsing of a record.
 */
export const joinedChecksum = (first: number, second: number, secondLength: number): number =>
  multiply(cachedPowerOf(secondLength), first) ^ second

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (-(value & 1) & POLYNOMIAL)
  return value
})

/** The CRC-32 of what came before and few more bytes, for which a call of zlib would take longer. */
export const checksumWithFew = (
  before: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number => {
  let value = ~before
  for (let index = start; index < end; index++) {
    value = (TABLE[(value ^ (bytes[index] ?? 0)) & 255] ?? 0) ^ (value >>> 8)
  }
  return ~value
}

/** The CRC-32 of some bytes, as a signed integer. */
export const checksumOfBytes = (bytes: Uint8Array, start = 0): number =>
  // zlib answers 0 for no bytes at no address, whatever it starts from.
  bytes.length === 0 ? start | 0 : crc32(bytes, start >>> 0) | 0
