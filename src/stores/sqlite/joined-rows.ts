import { isAscii } from 'node:buffer'
import type { ClientEvent } from '../../events/client-event.js'
import type { StoredEvent } from '../kit/event-record.js'
import {
  checksumOfBytes,
  checksumWithFew,
  joinedChecksum,
  keyChecksumOf,
} from '../kit/record-checksum.js'
import type { StorageKey } from '../kit/storage-key.js'
import { bytesOf, type Blob } from './blob.js'

/** A line, parsed. In a reading of the log the client's key comes third. */
type Line = ReadonlyArray<string | number | ClientEvent>

const parsed = (text: string): ReadonlyArray<Line> | undefined => {
  try {
    // Each line ends with a comma.
    const lines = JSON.parse(`[${text}0]`) as Line[]
    lines.pop()
    return lines
  } catch {
    return undefined
  }
}

/** The text of bytes in UTF-8. Latin-1 is read in a third of the time, and is the same where all is ASCII. */
const textOf = (bytes: Buffer): string =>
  isAscii(bytes) ? bytes.toString('latin1') : bytes.toString()

/** The width of `["",` and of the checksum with its comma. */
const FIXED_WIDTH = 4 + 12

/** The length of the part of a line that its checksum does not cover. */
const uncoveredLength = ([place, , key]: Line, hasKey: boolean): number => {
  if (typeof place !== 'string') return Infinity
  const length = FIXED_WIDTH + place.length
  if (!hasKey) return length
  return typeof key === 'string' ? length + Buffer.byteLength(key) + 3 : Infinity
}

/**
 * Whether the checksums of all lines hold. One call of zlib verifies all of them: the checksum of the
 * whole text follows from those of its parts.
 */
const holdTogether = (
  lines: ReadonlyArray<Line>,
  bytes: Buffer,
  text: string,
  clientKey: StorageKey | undefined,
): boolean => {
  const isAscii = bytes.length === text.length
  let key: unknown = clientKey
  let keyChecksum = clientKey === undefined ? 0 : keyChecksumOf(clientKey)
  let [start, checksum] = [0, 0]
  for (const line of lines) {
    // Only a line ends with a line feed: JSON text escapes it.
    const end = 1 + (isAscii ? text.indexOf('\n', start) : bytes.indexOf(10, start))
    if (end === 0 || !Array.isArray(line)) return false
    if (clientKey === undefined && line[2] !== key) {
      key = line[2]
      keyChecksum = keyChecksumOf(String(key))
    }
    const covered = start + uncoveredLength(line, clientKey === undefined)
    if (covered >= end) return false
    checksum = checksumWithFew(checksum, bytes, start, covered)
    checksum = joinedChecksum(checksum, Number(line[1]) ^ keyChecksum, end - covered)
    start = end
  }
  return start === bytes.length && checksum === checksumOfBytes(bytes)
}

/**
 * The events of joined rows, all of whose checksums hold; undefined if one does not, or if the rows have
 * a form that only their exact reading understands, such as a hashed key.
 *
 * @param clientKey - of all rows; undefined if each row names its own
 */
export const eventsOfJoined = (
  joined: Blob | null,
  life: string,
  clientKey: StorageKey | undefined,
): ReadonlyArray<StoredEvent> | undefined => {
  if (joined === null) return []
  const bytes = bytesOf(joined)
  const text = textOf(bytes)
  const lines = parsed(text)
  if (lines === undefined || !holdTogether(lines, bytes, text, clientKey)) return undefined
  const first = clientKey === undefined ? 3 : 2
  const events: StoredEvent[] = []
  for (const line of lines) {
    events.push({
      text: '',
      value: line[first + 3] as ClientEvent,
      recordedAt: line[first + 1] as number,
      revision: line[first] as number,
      position: `${life}/${line[0] as string}`,
      clientKey: clientKey ?? (line[2] as StorageKey),
    })
  }
  return events
}
