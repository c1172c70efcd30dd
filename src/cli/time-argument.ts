import { InvalidArgumentError } from 'commander'
import { momentOf, TIME_EXPECTED } from '../events/moment.js'

/**
 * A TIME as the command line takes it, in epoch milliseconds.
 *
 * @throws InvalidArgumentError if the text names no moment.
 */
export const parseTime = (text: string): number => {
  const moment = momentOf(text)
  if (moment === null) throw new InvalidArgumentError(`Expected ${TIME_EXPECTED}.`)
  return moment
}
