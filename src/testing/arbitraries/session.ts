import fc from 'fast-check'
import { SESSION_STATUSES, type Session } from '../../events/session.js'
import { LAST_TIME } from '../../events/time-limits.js'
import { arbitraryActivity } from './activity.js'
import { arbitraryJson, arbitraryJsonObject, arbitraryText } from './json.js'

/** Limits for generated sessions. */
export interface SessionConstraints {
  /** The client that every session names; a few clients unless given. */
  readonly clientId?: string | undefined
}

/** So few that ties are frequent, with the limits of a time among them. */
const TIMES = [
  0,
  1000,
  99_999_999_000,
  100_000_000_000,
  1_716_883_200_000,
  1_716_883_200_001,
  1_716_883_260_000,
  1_717_488_000_000,
  LAST_TIME,
] as const

/**
 * A time in epoch milliseconds, as decoding gives it: usually one of a few.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryTime } from 'clientfold/testing'
 * fc.assert(fc.property(arbitraryTime(), (time) => Number.isSafeInteger(time) && time >= 0))
 */
export const arbitraryTime = (): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...TIMES) },
    { weight: 1, arbitrary: fc.integer({ min: 100_000_000_000, max: LAST_TIME }) },
  )

const idOf = (...ids: ReadonlyArray<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...ids) },
    { weight: 1, arbitrary: arbitraryText().filter((text) => text !== '') },
  )

/**
 * The id of a client: usually one of two, so that several events have the same client.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryClientId } from 'clientfold/testing'
 * fc.assert(fc.property(arbitraryClientId(), (id) => id !== ''))
 */
export const arbitraryClientId = (): fc.Arbitrary<string> => idOf('client_a', 'client_b')

const nullOr = <A>(arbitrary: fc.Arbitrary<A>): fc.Arbitrary<A | null> =>
  fc.option(arbitrary, { nil: null })

/**
 * Any session that the documentation allows: optional keys may be absent, null or set.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitrarySession } from 'clientfold/testing'
 * fc.assert(fc.property(arbitrarySession({ clientId: 'c' }), ({ client_id }) => client_id === 'c'))
 */
export const arbitrarySession = ({ clientId }: SessionConstraints = {}): fc.Arbitrary<Session> =>
  fc.record(
    {
      object: fc.constant('session' as const),
      id: idOf('sess_a', 'sess_b', 'sess_c'),
      user_id: idOf('user_a', 'user_b'),
      client_id: clientId === undefined ? arbitraryClientId() : fc.constant(clientId),
      actor: nullOr(arbitraryJsonObject()),
      // Half of the sessions are live: the clock and the activity matter only to them.
      status: fc.oneof(fc.constantFrom('active', 'pending'), fc.constantFrom(...SESSION_STATUSES)),
      last_active_organization_id: nullOr(arbitraryText()),
      last_active_at: arbitraryTime(),
      latest_activity: nullOr(arbitraryActivity()),
      expire_at: arbitraryTime(),
      abandon_at: arbitraryTime(),
      updated_at: arbitraryTime(),
      created_at: arbitraryTime(),
      tasks: nullOr(fc.array(arbitraryJson(), { maxLength: 2 })),
    },
    {
      requiredKeys: [
        'object',
        'id',
        'user_id',
        'client_id',
        'status',
        'last_active_at',
        'expire_at',
        'abandon_at',
        'updated_at',
        'created_at',
      ],
    },
  )
