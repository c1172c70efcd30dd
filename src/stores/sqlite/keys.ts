import { isUtf8 } from 'node:buffer'
import { CorruptRecord } from '../../event-store/store-error.js'
import type { StorageKey } from '../kit/storage-key.js'
import { bytesOf, type Blob } from './blob.js'

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
