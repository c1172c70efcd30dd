import * as t from 'io-ts'
import type { CanonicalCodec } from './canonical.js'
import { isTime, readTime } from './moment.js'
import { SECONDS_LIMIT } from './time-limits.js'

/** The inverse of {@link readTime}: milliseconds below the limit can only have come from seconds. */
const writeTime = (milliseconds: number): number =>
  milliseconds < SECONDS_LIMIT ? milliseconds / 1000 : milliseconds

const isNonNegative = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

/** A time as it stands in a payload; decoded to epoch milliseconds. */
export const Time: CanonicalCodec<number> = Object.assign(
  new t.Type<number, unknown>(
    'time (non-negative safe integer)',
    (value): value is number => isTime(value) && Number.isInteger(writeTime(value)),
    (value, context) => {
      if (isTime(value)) return t.success(readTime(value))
      return isNonNegative(value)
        ? t.failure(value, context, 'a time after the year 9999, such as microseconds')
        : t.failure(value, context)
    },
    writeTime,
  ),
  { isCanonical: (value: unknown): value is number => isTime(value) && value >= SECONDS_LIMIT },
)
