import { SECONDS_LIMIT } from '../events/time-limits.js'

/** What an error message says was expected where {@link isMoment} is false. */
export const MOMENT_EXPECTED =
  'a finite number of epoch milliseconds, as Date.parse(text) and date.getTime() give it'

/** True for a finite number. Strings and Dates would compare in other ways than numbers do. */
export const isMoment = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)

/**
 * Checks a moment that a caller may leave out, before anything is compared with it. NaN lies before and
 * after nothing, so it would silently answer another question.
 *
 * @throws TypeError that names the key and says what to do.
 */
export const checkMoment = (key: string, moment: unknown): void => {
  if (moment === undefined || isMoment(moment)) return
  throw new TypeError(`${key} must be ${MOMENT_EXPECTED}, or be left out.`)
}

/** Whether a moment is given in seconds: no session is older than 1973. Zero and negative numbers are moments before everything. */
export const looksLikeSeconds = (moment: number): boolean => moment > 0 && moment < SECONDS_LIMIT

/**
 * Checks a clock when it is taken over. By a clock of seconds, or one that answers nothing, no session would ever
 * expire.
 *
 * @throws TypeError that says what to do.
 */
export const checkClock = (caller: string, now: () => unknown): void => {
  const moment = now()
  if (!isMoment(moment)) throw new TypeError(`${caller}: now must answer ${MOMENT_EXPECTED}.`)
  if (looksLikeSeconds(moment)) {
    throw new TypeError(
      `${caller}: now answers seconds. Answer epoch milliseconds, as Date.now does.`,
    )
  }
}
