import { readTime } from '../events/time.js'

const ISO_8601 =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

const parseIso = (text: string): number => {
  const match = ISO_8601.exec(text)
  if (match === null) return NaN
  const [, year, month, day, hour, , , zone] = match
  // The engine would read 31 February as 3 March.
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  if (date.getUTCDate() !== Number(day)) return NaN
  // A time of day without a zone is UTC: a log must read the same on every machine.
  const isLocal = hour !== undefined && zone === undefined
  const normal = text
    .toUpperCase()
    .replace(',', '.')
    .replace(/([+-]\d{2})(\d{2})$/, '$1:$2')
  return Date.parse(hour === undefined ? text : isLocal ? `${normal}Z` : normal)
}

/** What a person is told whose text names no moment. */
export const TIME_EXPECTED = 'epoch milliseconds or ISO 8601, such as 2026-05-28T08:00:00Z'

/**
 * A moment as a person writes it on the command line or in a URL, in epoch milliseconds: digits
 * (seconds, if so few that they must be), or ISO 8601, in UTC unless it names a zone. Null if the text
 * names no moment since 1970.
 */
export const momentOf = (text: string): number | null => {
  const time = /^\d+$/.test(text) ? readTime(Number(text)) : parseIso(text)
  return Number.isSafeInteger(time) && time >= 0 ? time : null
}
