import type { DeviceFilter } from '../projections/devices.js'
import type { Question } from './question.js'

/** A question about the devices of a user: as of which moment, from which session, and which sessions. */
export interface DevicesQuery extends Omit<Question, 'revoked'>, Omit<DeviceFilter, 'userId'> {}

/**
 * Checks the id of the user.
 *
 * @throws TypeError that says what is wrong and what to do.
 */
export const checkUserId = (userId: unknown): void => {
  if (typeof userId === 'string' && userId !== '') return
  throw new TypeError('devices: the id of the user must be a non-empty string.')
}
