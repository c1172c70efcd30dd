import { isUtf8 } from 'node:buffer'
import { setImmediate } from 'node:timers/promises'
import { CorruptRecord } from '../../event-store/store-error.js'
import type { StorageKey } from '../kit/storage-key.js'
import { bytesOf, type Blob } from './blob.js'
import type { Connection } from './connection.js'
import type { Statements } from './statements.js'

/** To read so many keys takes a few milliseconds. */
const KEYS_OF_A_TURN = 2000

/**
 * The keys in a text of keys that each end with a line feed.
 *
 * @throws CorruptRecord if one of them is not UTF-8.
 */
export const keysIn = (text: Blob | null): ReadonlyArray<StorageKey> => {
  if (text === null) return []
  const bytes = bytesOf(text)
  if (!isUtf8(bytes)) throw new CorruptRecord(null, 'not-utf-8')
  return bytes.toString().split('\n').slice(0, -1)
}

const isBefore = (left: StorageKey, right: StorageKey): boolean =>
  Buffer.compare(Buffer.from(left), Buffer.from(right)) < 0

/**
 * The keys of all clients, over many turns of the event loop: there can be a million.
 *
 * @throws CorruptRecord (as a rejection) if a key is damaged.
 */
export const readClientKeys = async (
  connection: Connection,
  { clientKeysAfter }: Statements,
): Promise<ReadonlyArray<StorageKey>> => {
  const keys: StorageKey[] = []
  for (;;) {
    // No id is empty, so no key is.
    const last = keys.at(-1) ?? ''
    const page = await connection.read(() =>
      clientKeysAfter(last, KEYS_OF_A_TURN).flatMap((row) => keysIn(row.keys)),
    )
    for (const key of page) keys.push(key)
    if (page.length < KEYS_OF_A_TURN) return keys
    // Otherwise a damaged key that stands in the wrong place would be read for ever.
    if (!isBefore(last, page.at(-1) ?? '')) throw new CorruptRecord(null, 'structure')
    await setImmediate()
  }
}
