import type { ClientEvent, ClientObserved, SessionEvent } from '../../events/client-event.js'
import { documentedClient } from '../../events/client.js'
import type { Session } from '../../events/session.js'
import { expiryOf } from '../session-life.js'

/** 28 May 2026, 08:00 UTC, in epoch milliseconds. */
const START = 1_779_955_200_000
const { expireAt, abandonAt } = expiryOf(START)

/** The ids of a sample event. Everything else is the same for all. */
export interface SampleChoice {
  readonly clientId?: string
  readonly sessionId?: string
  readonly userId?: string
  readonly id?: string
  /** When the session was created, epoch milliseconds. Before any erasure unless given. */
  readonly createdAt?: number
}

/** A moment that comes after every erasure of the suite. */
export const AFTER_ALL_ERASURES = 4_102_444_800_000

/** The n-th session event of a client. Each n has its own content. It has no delivery id unless given. */
export const sampleEvent = (n: number, choice: SampleChoice = {}): SessionEvent => ({
  object: 'event',
  ...(choice.id === undefined ? {} : { id: choice.id }),
  type: 'session.created',
  timestamp: START + n,
  data: {
    object: 'session',
    id: choice.sessionId ?? `sess_${n}`,
    user_id: choice.userId ?? 'user_1',
    client_id: choice.clientId ?? 'client_1',
    status: 'active',
    last_active_at: START + n,
    expire_at: expireAt,
    abandon_at: abandonAt,
    updated_at: START + n,
    created_at: choice.createdAt ?? START,
  },
})

/** The first sample events of one client. */
export const sampleEvents = (
  count: number,
  choice: SampleChoice = {},
): ReadonlyArray<ClientEvent> =>
  Array.from({ length: count }, (_, index) => sampleEvent(index + 1, choice))

/** An observation of a client with some sessions; the last one is the active one. */
export const sampleObservation = (
  clientId: string,
  sessions: ReadonlyArray<Session>,
  id?: string,
): ClientObserved => ({
  object: 'event',
  ...(id === undefined ? {} : { id }),
  type: 'client.observed',
  timestamp: START,
  data: documentedClient({
    id: clientId,
    sessions,
    sign_in_id: null,
    sign_up_id: null,
    last_active_session_id: sessions.at(-1)?.id ?? null,
    last_authentication_strategy: null,
    updated_at: START,
    created_at: START,
  }),
})
