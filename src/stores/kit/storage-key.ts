import { hash } from 'node:crypto'
import type { ErasedKind } from '../../event-store/append-refusal.js'
import { clientHashOf } from '../../event-store/client-hash.js'

/**
 * The text under which an id is stored. An id can be any text, but an engine indexes only short texts
 * in well-formed Unicode (PostgreSQL takes no NUL, and about 2,700 bytes in an index).
 */
export type StorageKey = string

/** A longer key is replaced by a hash. */
const LONGEST_KEY = 500

/** Marks a hashed key. JSON text escapes a quote, so no other key holds a bare one. */
const HASHED = '"'

const sha256 = (text: string): string => hash('sha256', text)

/**
 * The key of an id: for usual ids the id itself, else its JSON text or a hash of that. Two ids never
 * have the same key.
 *
 * @example
 * import { keyOf } from 'clientfold/store-engine'
 * keyOf('client_1') // => 'client_1'
 * keyOf('x'.repeat(1000)).length // => 65
 */
export const keyOf = (id: string): StorageKey => {
  const text = JSON.stringify(id).slice(1, -1)
  return text.length <= LONGEST_KEY ? text : `${HASHED}${sha256(text)}`
}

/** The id of a key; null for a hashed key, whose id only the events hold. */
export const idOf = (key: StorageKey): string | null =>
  key.startsWith(HASHED) ? null : (JSON.parse(`"${key}"`) as string)

/** As {@link idOf}, for a key that may be damaged: null if it is not the key of an id. */
export const readableIdOf = (key: StorageKey): string | null => {
  try {
    return idOf(key)
  } catch {
    return null
  }
}

/**
 * What stays of an erased client, user or session: a hash, from which the id cannot be computed. That of
 * a client is also the hash by which erasures and horizons name it.
 *
 * @example
 * import { tombstoneOf } from 'clientfold/store-engine'
 * tombstoneOf('user', 'user_1').length // => 64
 */
export const tombstoneOf = (kind: ErasedKind, id: string): string =>
  kind === 'client' ? clientHashOf(id) : sha256(`erased ${kind} ${JSON.stringify(id)}`)
