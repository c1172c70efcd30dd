import type { ClientEvent, ClientObserved, SessionEventType } from '../events/client-event.js'
import { documentedClient } from '../events/client.js'
import { eventText } from '../events/encode-event.js'
import type { Session } from '../events/session.js'
import { expiryOf } from './session-life.js'

/** A session that was created at `created_at` (epoch milliseconds), active, with Clerk's usual times. */
const session = (
  id: string,
  user_id: string,
  client_id: string,
  created_at: number,
  differences: Partial<Session> = {},
): Session => ({
  object: 'session',
  id,
  user_id,
  client_id,
  actor: null,
  status: 'active',
  last_active_organization_id: null,
  last_active_at: differences.updated_at ?? created_at,
  latest_activity: null,
  expire_at: expiryOf(created_at).expireAt,
  abandon_at: expiryOf(created_at).abandonAt,
  updated_at: created_at,
  created_at,
  ...differences,
})

/** An event that was said 400 ms after the session was updated. */
const sessionEvent = (id: string, type: SessionEventType, data: Session): ClientEvent => ({
  object: 'event',
  id,
  type,
  timestamp: data.updated_at + 400,
  instance_id: 'ins_example',
  data,
})

const ada = (differences: Partial<Session>): Session =>
  session('sess_ada_1', 'user_ada', 'client_ada_laptop', 1_779_955_200_000, differences)

/** As Clerk's webhooks of 2022 had it: without an envelope. */
const adaBefore: ClientEvent = {
  object: 'event',
  type: 'session.created',
  data: session('sess_ada_0', 'user_ada', 'client_ada_laptop', 1_776_499_200_000),
}

const graceOnAda = (differences: Partial<Session>): Session =>
  session('sess_grace_on_ada', 'user_grace', 'client_ada_laptop', 1_780_048_800_000, differences)

const linus = (differences: Partial<Session>): Session =>
  session('sess_linus_1', 'user_linus', 'client_library_tablet', 1_779_962_400_000, differences)

const mei = (differences: Partial<Session>): Session =>
  session('sess_mei_1', 'user_mei', 'client_library_tablet', 1_779_969_600_000, differences)

const grace1 = (differences: Partial<Session>): Session =>
  session('sess_grace_1', 'user_grace', 'client_grace_phone', 1_779_976_800_000, differences)

const grace2 = session('sess_grace_2', 'user_grace', 'client_grace_phone', 1_780_063_200_000)

const GRACE_REVOKED = grace1({ status: 'revoked', updated_at: 1_779_987_600_000 })

const adaActive = sessionEvent(
  'msg_02',
  'session.created',
  ada({ last_active_organization_id: 'org_engines', updated_at: 1_779_955_320_000, tasks: null }),
)

const graceObserved: ClientObserved = {
  object: 'event',
  id: 'msg_12',
  type: 'client.observed',
  timestamp: 1_780_066_800_000,
  data: documentedClient({
    id: 'client_grace_phone',
    sessions: [GRACE_REVOKED, grace2],
    sign_in_id: null,
    sign_up_id: null,
    last_active_session_id: 'sess_grace_2',
    last_authentication_strategy: 'passkey',
    updated_at: 1_780_066_800_000,
    created_at: 1_779_976_795_600,
  }),
}

/**
 * A small set of events for examples and first tests: three clients in May 2026, in no order, with one
 * event delivered twice. Ada's laptop has two sessions of Ada, one of them expired long ago, and an ended
 * one of Grace. On the library's tablet every session is removed. Grace's phone has a revoked session and
 * an active one.
 *
 * @example
 * import { fold, toClient } from 'clientfold'
 * import { exampleEvents } from 'clientfold/testing'
 * const laptop = fold(exampleEvents).get('client_ada_laptop')
 * if (laptop) toClient(laptop).last_active_session_id // => 'sess_ada_1'
 */
export const exampleEvents: ReadonlyArray<ClientEvent> = [
  adaActive,
  sessionEvent(
    'msg_01',
    'session.created',
    ada({ status: 'pending', tasks: [{ key: 'choose-organization' }] }),
  ),
  sessionEvent(
    'msg_03',
    'session.removed',
    linus({ status: 'removed', updated_at: 1_779_966_000_000 }),
  ),
  sessionEvent('msg_07', 'session.created', grace1({})),
  sessionEvent('msg_04', 'session.created', linus({})),
  sessionEvent(
    'msg_05',
    'session.created',
    mei({
      latest_activity: {
        object: 'session_activity',
        id: 'sess_activity_1',
        is_mobile: true,
        device_type: 'iPad',
        city: '東京',
        country: 'JP',
      },
    }),
  ),
  adaActive,
  sessionEvent('msg_08', 'session.revoked', GRACE_REVOKED),
  sessionEvent(
    'msg_11',
    'session.ended',
    graceOnAda({ status: 'ended', updated_at: 1_780_052_400_000 }),
  ),
  sessionEvent(
    'msg_06',
    'session.removed',
    mei({ status: 'removed', updated_at: 1_779_973_200_000 }),
  ),
  sessionEvent('msg_10', 'session.created', graceOnAda({})),
  sessionEvent('msg_09', 'session.created', grace2),
  adaBefore,
  graceObserved,
]

/**
 * {@link exampleEvents} as Clerk would send them: one JSON text for each, as the body of a webhook or a
 * line of a log.
 *
 * @example
 * import { parseEvent } from 'clientfold'
 * import { exampleBodies } from 'clientfold/testing'
 * exampleBodies.map(parseEvent).every(({ _tag }) => _tag === 'Right') // => true
 */
export const exampleBodies: ReadonlyArray<string> = exampleEvents.map(eventText)
