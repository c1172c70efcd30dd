import { checkMoment } from '../domain/check-moment.js'
import type { SessionVersion } from '../domain/state.js'
import type { JsonObject } from '../events/json.js'
import { compareNewestFirst, compareValues } from '../events/order.js'
import type { Session, SessionStatus } from '../events/session.js'
import { descriptionOf, type DeviceDescription } from './device-description.js'
import { concatDeviceFacts, type DeviceFacts } from '../domain/device-facts.js'
import type { DeviceStates } from '../domain/device-states.js'
import { statusAt } from './session.js'
import { putSharedSession } from './sessions.js'

/** A session of a user on a device. Times are epoch milliseconds. */
export interface DeviceSession {
  readonly id: string
  /** By the clock of the question. */
  readonly status: SessionStatus
  readonly created_at: number
  readonly last_active_at: number
  readonly expire_at: number
  /** Who acts as the user (impersonation); null if no one does. */
  readonly actor: JsonObject | null
  /** True for the session whose id the question names. */
  readonly is_current: boolean
}

/**
 * A browser, or an app on a device, on which a user has sessions: what Clerk calls a client. Its keys are
 * documented here, because Clerk has no such object. Times are epoch milliseconds.
 */
export interface Device extends DeviceDescription {
  readonly object: 'device'
  readonly client_id: string
  /** True for the device of the session whose id the question names. */
  readonly is_current: boolean
  /** When the first of the sessions was created. */
  readonly first_seen: number
  /** When the device was last in use for one of the sessions, as far as events say it. */
  readonly last_seen: number
  /** Newest first by creation, removed ones too. At least one. */
  readonly sessions: ReadonlyArray<DeviceSession>
}

/** Which devices to list. */
export interface DeviceFilter {
  /** Only sessions of this user take part: other users of a shared device are not seen, nor what they did. */
  readonly userId: string
  /** The session from which the question comes, if it comes from one: `is_current` marks it. */
  readonly currentSessionId?: string | null | undefined
  /**
   * Sessions with an `actor` are those of another person who acts as the user: list them too (`keep`, unless
   * given), leave them out (`drop`), or list no others (`only`).
   */
  readonly impersonated?: 'keep' | 'drop' | 'only' | undefined
}

/** A session that is listed, and what is known about its device. */
interface ListedSession {
  readonly session: Session
  readonly facts: DeviceFacts
}

const isImpersonated = ({ actor }: Session): boolean => actor !== undefined && actor !== null

const isListed = (session: Session, { userId, impersonated = 'keep' }: DeviceFilter): boolean =>
  session.user_id === userId &&
  (impersonated === 'keep' || isImpersonated(session) === (impersonated === 'only'))

/** The listed sessions by client. A session id that two clients claim is on one of them. */
const sessionsByClient = (
  { clients, facts }: DeviceStates,
  filter: DeviceFilter,
): ReadonlyMap<string, ReadonlyArray<ListedSession>> => {
  const versions = new Map<string, SessionVersion>()
  for (const { sessions } of clients.values()) {
    for (const version of sessions.values()) putSharedSession(versions, version)
  }
  const byClient = new Map<string, ListedSession[]>()
  for (const { session } of versions.values()) {
    const known = facts.get(session.client_id)?.get(session.id)
    if (known === undefined || !isListed(session, filter)) continue
    const listed = byClient.get(session.client_id) ?? []
    byClient.set(session.client_id, listed)
    listed.push({ session, facts: known })
  }
  return byClient
}

const deviceOf = (
  clientId: string,
  listed: ReadonlyArray<ListedSession>,
  { currentSessionId }: DeviceFilter,
  at: number | undefined,
): Device => {
  const known = listed.map(({ facts }) => facts).reduce(concatDeviceFacts)
  const sessions = listed
    .map(({ session }) => session)
    .sort(compareNewestFirst)
    .map((session): DeviceSession => ({
      id: session.id,
      status: statusAt(session, at),
      created_at: session.created_at,
      last_active_at: session.last_active_at,
      expire_at: session.expire_at,
      actor: session.actor ?? null,
      is_current: session.id === currentSessionId,
    }))
  return {
    object: 'device',
    client_id: clientId,
    is_current: sessions.some(({ is_current }) => is_current),
    ...descriptionOf(known),
    first_seen: known.first_seen,
    last_seen: known.last_seen,
    sessions,
  }
}

/**
 * The devices of a user, for a page "where you are signed in": the one that was used last comes first, and of
 * equal ones the one with the lesser id.
 *
 * @param at - the clock, in epoch milliseconds; without it, statuses read as recorded
 * @throws TypeError if `at` is no finite number of epoch milliseconds.
 * @example
 * import { foldDevices, toDevices } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * const filter = { userId: 'user_grace', currentSessionId: 'sess_grace_2' }
 * const devices = toDevices(foldDevices(exampleEvents), filter)
 * devices.map(({ client_id }) => client_id) // => ['client_grace_phone', 'client_ada_laptop']
 * devices.map(({ is_current }) => is_current) // => [true, false]
 */
export const toDevices = (
  states: DeviceStates,
  filter: DeviceFilter,
  { at }: { readonly at?: number | undefined } = {},
): ReadonlyArray<Device> => {
  checkMoment('at', at)
  return Array.from(sessionsByClient(states, filter), ([clientId, listed]) =>
    deviceOf(clientId, listed, filter, at),
  ).sort(
    (left, right) =>
      compareValues(right.last_seen, left.last_seen) ||
      compareValues(left.client_id, right.client_id),
  )
}
