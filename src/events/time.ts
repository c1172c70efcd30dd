import * as t from 'io-ts'
import type { CanonicalCodec } from './canonical.js'

/**
 * Numbers below this are seconds, the others milliseconds: 1e11 ms is 3 March 1973, before any
 * session; 1e11 s is the year 5138. Clerk's data of 2021 and the `timestamp` in the published
 * webhook examples are in seconds, everything else is in milliseconds.
 */
export const SECONDS_LIMIT = 100_000_000_000

/**
 * Reads a time in either unit as epoch milliseconds.
 *
 * @param value - a non-negative safe integer: seconds below {@link SECONDS_LIMIT}, else milliseconds
 * @example
 * import { readTime } from 'clientfold'
 * readTime(1716883200) // => 1716883200000
 * readTime(1716883200123) // => 1716883200123
 */
export const readTime = (value: number): number =>
  // Adding 0 turns -0 into 0: the two are equal as times and must be one value.
  (value < SECONDS_LIMIT ? value * 1000 : value) + 0

/** The inverse of {@link readTime}: milliseconds below the limit can only have come from seconds. */
const writeTime = (milliseconds: number): number =>
  milliseconds < SECONDS_LIMIT ? milliseconds / 1000 : milliseconds

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

/** A time as it stands in a payload; decoded to epoch milliseconds. */
export const Time: CanonicalCodec<number> = Object.assign(
  new t.Type<number, unknown>(
    'time (non-negative safe integer)',
    (value): value is number => isTime(value) && Number.isInteger(writeTime(value)),
    (value, context) => (isTime(value) ? t.success(readTime(value)) : t.failure(value, context)),
    writeTime,
  ),
  { isCanonical: (value: unknown): value is number => isTime(value) && value >= SECONDS_LIMIT },
)
