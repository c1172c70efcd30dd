import fc from 'fast-check'
import {
  SESSION_EVENT_TYPES,
  type ClientEvent,
  type ClientObserved,
  type SessionEvent,
} from '../../events/client-event.js'
import { documentedClient, type Client } from '../../events/client.js'
import { textIdentity } from '../../events/encode-event.js'
import type { Session } from '../../events/session.js'
import { arbitraryAttributes } from './activity.js'
import { arbitraryText } from './json.js'
import {
  arbitraryClientId,
  arbitrarySession,
  arbitraryTime,
  type SessionConstraints,
} from './session.js'

/** Ids follow content, as at Clerk: a delivery id with two contents would blame a correct handler. */
const withContentId = <A extends ClientEvent>(arbitrary: fc.Arbitrary<A>): fc.Arbitrary<A> =>
  fc.tuple(arbitrary, fc.boolean()).map(([event, hasId]) => {
    if (!hasId) return event
    const { recorded_at: _recordedAt, ...said } = event
    const digest = textIdentity(JSON.stringify(said)).slice(0, 12)
    return { ...event, id: `msg_${digest}` }
  })

const envelope = {
  object: fc.constant('event' as const),
  timestamp: arbitraryTime(),
  recorded_at: arbitraryTime(),
  instance_id: fc.constantFrom('ins_a', null),
  event_attributes: fc.option(arbitraryAttributes(), { nil: null }),
}

/**
 * Any session event; its type and the session's status may disagree, as in Clerk's own events.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitrarySessionEvent } from 'clientfold/testing'
 * fc.assert(fc.property(arbitrarySessionEvent(), ({ data }) => data.object === 'session'))
 */
export const arbitrarySessionEvent = (
  constraints: SessionConstraints = {},
): fc.Arbitrary<SessionEvent> =>
  withContentId(
    fc.record(
      {
        ...envelope,
        type: fc.constantFrom(...SESSION_EVENT_TYPES),
        data: arbitrarySession(constraints),
      },
      { requiredKeys: ['object', 'type', 'data'] },
    ),
  )

const textOrNull = (): fc.Arbitrary<string | null> =>
  fc.oneof(fc.constantFrom(null, 'sess_a', 'sess_b'), arbitraryText())

/** Half of all observations with sessions point to one of them. */
const arbitraryPointer = (sessions: ReadonlyArray<Session>): fc.Arbitrary<string | null> => {
  const [first, ...others] = sessions.map(({ id }) => id)
  return first === undefined
    ? textOrNull()
    : fc.oneof(fc.constantFrom(first, ...others), textOrNull())
}

const arbitraryObservedClient = (id: string): fc.Arbitrary<Client> =>
  fc.array(arbitrarySession({ clientId: id }), { maxLength: 3, size: 'max' }).chain((sessions) =>
    fc
      .record({
        id: fc.constant(id),
        sessions: fc.constant(sessions),
        sign_in_id: textOrNull(),
        sign_up_id: textOrNull(),
        last_active_session_id: arbitraryPointer(sessions),
        last_authentication_strategy: textOrNull(),
        updated_at: arbitraryTime(),
        created_at: arbitraryTime(),
      })
      .map(documentedClient),
  )

/**
 * Any observation of a client; it may list a session twice.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryObservation } from 'clientfold/testing'
 * fc.assert(fc.property(arbitraryObservation(), ({ data }) => data.object === 'client'))
 */
export const arbitraryObservation = ({
  clientId,
}: SessionConstraints = {}): fc.Arbitrary<ClientObserved> =>
  (clientId === undefined ? arbitraryClientId() : fc.constant(clientId))
    .chain(arbitraryObservedClient)
    .chain((data) =>
      withContentId(
        fc.record(
          { ...envelope, type: fc.constant('client.observed' as const), data: fc.constant(data) },
          { requiredKeys: ['object', 'type', 'data'] },
        ),
      ),
    )

/**
 * Any event.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryEvent } from 'clientfold/testing'
 * fc.assert(fc.property(arbitraryEvent({ clientId: 'client_1' }), ({ object }) => object === 'event'))
 */
export const arbitraryEvent = (constraints: SessionConstraints = {}): fc.Arbitrary<ClientEvent> =>
  fc.oneof(
    { weight: 4, arbitrary: arbitrarySessionEvent(constraints) },
    { weight: 1, arbitrary: arbitraryObservation(constraints) },
  )
