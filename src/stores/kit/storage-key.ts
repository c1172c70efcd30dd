import { hash } from 'node:crypto'

/**
 * Engines index short texts without NUL in well-formed Unicode (PostgreSQL takes no NUL and about
 * 2,700 bytes in an index); ids are any texts. So an id is stored under a key.
 */
export type StorageKey = string

/** Longer ids are found by their hash. */
const LONGEST_KEY = 500

/** In no key but a hashed one does a bare quote stand: JSON text escapes it. */
const HASHED = '"'

const sha256 = (text: string): string => hash('sha256', text)

/** The key of an id: the id itself for all usual ones, else its JSON text or a hash of that. No two ids share one. */
export const keyOf = (id: string): StorageKey => {
  const text = JSON.stringify(id).slice(1, -1)
  return text.length <= LONGEST_KEY ? text : `${HASHED}${sha256(text)}`
}

/** The id of a key; null for a hashed one, whose id stands in the events only. */
export const idOf = (key: StorageKey): string | null =>
  key.startsWith(HASHED) ? null : (JSON.parse(`"${key}"`) as string)

/** What stays of an erased client: from it nobody can tell the id. */
export const tombstoneOf = (clientId: string): string =>
  sha256(`erased client ${JSON.stringify(clientId)}`)
