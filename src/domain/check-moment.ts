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
