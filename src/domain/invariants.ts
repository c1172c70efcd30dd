import type { Client } from '../events/client.js'
import { compareValues } from '../events/order.js'
import { isLive } from './status.js'

/** A sentence that is true of every projected Client, at every clock. */
export interface Invariant {
  readonly name: string
  readonly holds: (client: Client) => boolean
}

/** Written a second time on purpose: an invariant that used the codec's keys would always hold. */
const DOCUMENTED_KEYS = [
  'object',
  'id',
  'session_ids',
  'sessions',
  'sign_in_id',
  'sign_up_id',
  'last_active_session_id',
  'last_authentication_strategy',
  'updated_at',
  'created_at',
]

const eachNeighbours = <A>(
  items: ReadonlyArray<A>,
  hold: (left: A, right: A) => boolean,
): boolean =>
  items.every((item, index) => {
    const next = items[index + 1]
    return next === undefined || hold(item, next)
  })

/** Every invariant of a Client, for tests and for checking real logs. */
export const clientInvariants: ReadonlyArray<Invariant> = [
  {
    name: 'a Client has exactly the ten documented keys, in their order',
    holds: (client) => Object.keys(client).join() === DOCUMENTED_KEYS.join(),
  },
  {
    name: 'session_ids lists the ids of the sessions, in their order',
    holds: ({ session_ids, sessions }) =>
      session_ids.length === sessions.length &&
      sessions.every((session, index) => session.id === session_ids[index]),
  },
  {
    name: 'no session is listed twice',
    holds: ({ session_ids }) => new Set(session_ids).size === session_ids.length,
  },
  {
    name: 'sessions are listed by creation, then by id',
    holds: ({ sessions }) =>
      eachNeighbours(
        sessions,
        (left, right) =>
          (compareValues(left.created_at, right.created_at) || compareValues(left.id, right.id)) <
          0,
      ),
  },
  {
    name: 'every listed session names its client',
    holds: ({ id, sessions }) => sessions.every((session) => session.client_id === id),
  },
  {
    name: 'no removed session is listed',
    holds: ({ sessions }) => sessions.every((session) => session.status !== 'removed'),
  },
  {
    name: 'last_active_session_id is a listed live session, or null if no session is live',
    holds: ({ sessions, last_active_session_id }) => {
      const live = sessions.filter((session) => isLive(session.status))
      return last_active_session_id === null
        ? live.length === 0
        : live.some((session) => session.id === last_active_session_id)
    },
  },
  {
    name: 'a Client was created no later than its sessions',
    holds: ({ sessions, created_at }) =>
      sessions.every((session) => created_at <= session.created_at),
  },
  {
    name: 'a Client was updated no earlier than its sessions',
    holds: ({ sessions, updated_at }) =>
      sessions.every((session) => updated_at >= session.updated_at),
  },
]

/**
 * The names of the invariants that a Client breaks: an empty list, unless the library has a defect.
 *
 * @example
 * import { fold, toClient } from 'clientfold'
 * import { brokenInvariants, exampleEvents } from 'clientfold/testing'
 * Array.from(fold(exampleEvents).values()).flatMap((state) => brokenInvariants(toClient(state)))
 * // => []
 */
export const brokenInvariants = (client: Client): ReadonlyArray<string> =>
  clientInvariants.filter(({ holds }) => !holds(client)).map(({ name }) => name)
