import { InvalidArgumentError } from 'commander'
import { LONGEST_HOLDBACK_MS } from '../webhooks/user-deletion.js'

const SECOND = 1000

/** The milliseconds of each unit. */
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
  d: 86_400 * SECOND,
}

/**
 * Reads a DURATION of the command line as milliseconds.
 *
 * @throws InvalidArgumentError if the text is not a duration, or longer than 100 years.
 */
export const parseDuration = (text: string): number => {
  const [, digits = '', unit = ''] = /^(\d{1,15})(ms|s|m|h|d)$/.exec(text) ?? []
  const milliseconds = Number(digits) * (UNITS[unit] ?? Number.NaN)
  if (milliseconds <= LONGEST_HOLDBACK_MS) return milliseconds
  throw new InvalidArgumentError(
    'Expected a duration of at most 100 years: 7d, 12h, 30m, 90s or 500ms.',
  )
}
