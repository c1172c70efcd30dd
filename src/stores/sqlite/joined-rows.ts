import type { ClientEvent } from '../../events/client-event.js'
import type { StoredEvent } from '../kit/event-record.js'
import { checksumOfBytes, joinedChecksum, keyChecksumOf } from '../kit/record-checksum.js'
import type { StorageKey } from '../kit/storage-key.js'
import { bytesOf } from './blob.js'
import type { JoinedRow } from './statements.js'

/** The content of a record, parsed. */
type Content = [revision: number, recordedAt: number, eventKey: string, value: ClientEvent]

type Facts = ReadonlyArray<string | number>

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The length of each content in bytes; undefined if there are not as many contents as rows. */
const lengthsOf = (
  bytes: Buffer,
  text: string,
  count: number,
): ReadonlyArray<number> | undefined => {
  const isAscii = bytes.length === text.length
  const lengths: number[] = []
  let start = 0
  for (let index = 0; index < count; index++) {
    // Only contents end with a line feed: JSON text escapes it.
    const end = isAscii ? text.indexOf('\n', start) : bytes.indexOf(10, start)
    if (end === -1) return undefined
    lengths.push(end + 1 - start)
    start = end + 1
  }
  return start === bytes.length ? lengths : undefined
}

/**
 * The events of joined rows, all of whose checksums hold; undefined if one does not, or if the rows have
 * a form that only their exact reading understands, such as a hashed key.
 *
 * @param clientKey - of all rows; undefined if each row names its own
 */
export const eventsOfJoined = (
  { contents, facts }: JoinedRow,
  life: string,
  clientKey: StorageKey | undefined,
): ReadonlyArray<StoredEvent> | undefined => {
  if (contents === null || facts === null) return contents === facts ? [] : undefined
  const bytes = bytesOf(contents)
  const text = bytes.toString()
  // Each content ends with a comma.
  const rows = parsed(`[${text}0]`) as ReadonlyArray<Content> | undefined
  const values = parsed(`[${bytesOf(facts).toString()}]`) as Facts | undefined
  if (rows === undefined || values === undefined) return undefined
  const count = rows.length - 1
  const width = clientKey === undefined ? 3 : 2
  const lengths = values.length === count * width ? lengthsOf(bytes, text, count) : undefined
  if (lengths === undefined) return undefined

  const keyAt = (index: number): StorageKey => clientKey ?? String(values[index * width + 2])
  let lastKey = keyAt(0)
  let keyChecksum = keyChecksumOf(lastKey)
  let checksum = 0
  for (let index = 0; index < count; index++) {
    const key = keyAt(index)
    if (key !== lastKey) [lastKey, keyChecksum] = [key, keyChecksumOf(key)]
    const own = Number(values[index * width + 1]) ^ keyChecksum
    checksum = joinedChecksum(checksum, own, lengths[index] as number)
  }
  if (checksum !== checksumOfBytes(bytes)) return undefined
  return rows.slice(0, count).map(([revision, recordedAt, , value], index) => ({
    text: '',
    value,
    recordedAt,
    revision,
    position: `${life}/${values[index * width]}`,
    clientKey: keyAt(index),
  }))
}
