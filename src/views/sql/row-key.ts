import { hash } from 'node:crypto'

/** An index of PostgreSQL takes about 2,700 bytes a row, and no row has more than three keys. */
const LONGEST_KEY = 400

const unitText = (unit: string): string =>
  (unit < '!' ? ' ' : '~') + unit.charCodeAt(0).toString(16).padStart(4, '0')

/**
 * The key of an id in the rows of views: the id itself, if it is of the printable characters of ASCII
 * except `~`. Two ids have two keys, and the keys, compared byte by byte, have the order of the ids by
 * UTF-16 code units. (Ids of more than 400 characters that begin alike have an order of their own.)
 */
export const rowKeyOf = (id: string): string => {
  const key = /[^!-}]/.test(id) ? id.replace(/[^!-}]/g, unitText) : id
  return key.length <= LONGEST_KEY ? key : `${key.slice(0, LONGEST_KEY)} ${hash('sha256', id)}`
}
