import { LAST_TIME, SECONDS_LIMIT } from './time-limits.js'

/**
 * Reads a time in either unit as epoch milliseconds.
 *
 * @param value - a non-negative safe integer: seconds below 1e11, else milliseconds
 * @example
 * import { readTime } from 'clientfold/algebra'
 * readTime(1716883200) // => 1716883200000
 * readTime(1716883200123) // => 1716883200123
 */
export const readTime = (value: number): number =>
  // Adding 0 turns -0 into 0: the two are equal as times and must be one value.
  (value < SECONDS_LIMIT ? value * 1000 : value) + 0

/** True for a time as it stands in a payload: a non-negative safe integer, up to the year 9999. */
export const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= LAST_TIME

const ISO_8601 =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

/** Epoch milliseconds; NaN if the text is not ISO 8601. */
const parseIso = (text: string): number => {
  const match = ISO_8601.exec(text)
  if (match === null) return NaN
  const [, year, month, day, hour, , , zone] = match
  // `Date.parse` would read 31 February as 3 March.
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

/** What an error message says was expected where {@link momentOf} gives null. */
export const TIME_EXPECTED = 'epoch milliseconds or ISO 8601, such as 2026-05-28T08:00:00Z'

/**
 * A moment as a person writes it on the command line or in a URL, in epoch milliseconds. The text is
 * digits (read by {@link readTime}) or ISO 8601, in UTC unless it names a zone. Null if it is neither,
 * or a moment before 1970 or after the year 9999, or one whose milliseconds would look like seconds: those
 * after the beginning of 1970 and before 3 March 1973.
 */
export const momentOf = (text: string): number | null => {
  const time = /^\d+$/.test(text) ? readTime(Number(text)) : parseIso(text)
  return isTime(time) && (time === 0 || time >= SECONDS_LIMIT) ? time : null
}
