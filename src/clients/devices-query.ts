import type { Moments } from '../domain/fold.js'
import type { DeviceFilter } from '../projections/devices.js'

/** A question about the devices of a user: as of which moment, from which session, and which sessions. */
export interface DevicesQuery extends Moments, Omit<DeviceFilter, 'userId'> {
  /**
   * The clock by which statuses are read, in epoch milliseconds: `asOf` unless given, else now. `recorded`
   * reads statuses as recorded.
   */
  readonly at?: number | 'recorded' | undefined
}

/** The keys of a {@link DevicesQuery}. */
export const DEVICES_KEYS = [
  ...['at', 'asOf', 'knownAt'],
  ...['currentSessionId', 'impersonated'],
] as ReadonlyArray<keyof DevicesQuery>

/**
 * The clock of a question, in epoch milliseconds; undefined for statuses as recorded.
 *
 * @param now - epoch milliseconds
 */
export const clockOf = ({ at, asOf }: DevicesQuery, now: number): number | undefined =>
  at === 'recorded' ? undefined : (at ?? asOf ?? now)

const isMoment = (value: unknown): boolean =>
  value === undefined || (typeof value === 'number' && Number.isFinite(value))

/**
 * Checks the moments of a question, and the id of the user.
 *
 * @throws TypeError that names what is wrong and says what to do.
 */
export const checkDevicesQuery = (userId: unknown, query: DevicesQuery): void => {
  if (typeof userId !== 'string' || userId === '') {
    throw new TypeError('devices: the id of the user must be a non-empty string.')
  }
  const { at, ...moments } = { at: query.at, asOf: query.asOf, knownAt: query.knownAt }
  for (const [key, value] of Object.entries({
    at: at === 'recorded' ? undefined : at,
    ...moments,
  })) {
    if (isMoment(value)) continue
    const other = key === 'at' ? ' or "recorded"' : ''
    throw new TypeError(`devices: ${key} must be a finite number of epoch milliseconds${other}.`)
  }
}
