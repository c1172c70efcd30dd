import { InvalidArgumentError } from 'commander'
import { momentOf, TIME_EXPECTED } from '../events/moment.js'

/**
 * Reads a TIME of the command line as epoch milliseconds.
 *
 * @throws InvalidArgumentError if the text is not a time.
 */
export const parseTime = (text: string): number => {
  const moment = momentOf(text)
  if (moment === null) throw new InvalidArgumentError(`Expected ${TIME_EXPECTED}.`)
  return moment
}
