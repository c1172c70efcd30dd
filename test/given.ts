import type { ClientEvent, ClientObserved, SessionEventType } from '../src/events/client-event.js'
import { documentedClient, type ClientContent } from '../src/events/client.js'
import type { Session, SessionStatus } from '../src/events/session.js'

/** 28 May 2024, 08:00 UTC, in epoch milliseconds: when the examples begin. */
export const T0 = 1_716_883_200_000
export const MINUTE = 60_000
export const DAY = 86_400_000

/** A session of the examples, with the differences that matter to a test. */
export const aSession = (differences: Partial<Session> = {}): Session => ({
  object: 'session',
  id: 'sess_1',
  user_id: 'user_1',
  client_id: 'client_1',
  actor: null,
  status: 'active',
  last_active_organization_id: null,
  last_active_at: T0,
  expire_at: T0 + 7 * DAY,
  abandon_at: T0 + 30 * DAY,
  updated_at: T0,
  created_at: T0,
  ...differences,
})

const TYPE_OF: Readonly<Partial<Record<SessionStatus, SessionEventType>>> = {
  pending: 'session.pending',
  ended: 'session.ended',
  removed: 'session.removed',
  revoked: 'session.revoked',
}

/** A session event of the examples, said when the session was updated. */
export const aSessionEvent = (
  differences: Partial<Session> = {},
  envelope: Partial<Pick<ClientEvent, 'id' | 'timestamp' | 'recorded_at'>> = {},
): ClientEvent => {
  const data = aSession(differences)
  return { object: 'event', type: TYPE_OF[data.status] ?? 'session.created', ...envelope, data }
}

/** An observation of the examples. */
export const anObservation = (
  differences: Partial<ClientContent> = {},
  envelope: Partial<Pick<ClientEvent, 'id' | 'timestamp' | 'recorded_at'>> = {},
): ClientObserved => ({
  object: 'event',
  type: 'client.observed',
  ...envelope,
  data: documentedClient({
    id: 'client_1',
    sessions: [],
    sign_in_id: null,
    sign_up_id: null,
    last_active_session_id: null,
    last_authentication_strategy: null,
    updated_at: T0,
    created_at: T0,
    ...differences,
  }),
})
