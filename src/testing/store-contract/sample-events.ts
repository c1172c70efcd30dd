import type { ClientEvent, SessionEvent } from '../../events/client-event.js'

/** 28 May 2026, 08:00 UTC, in epoch milliseconds. */
const START = 1_779_955_200_000
const DAY = 86_400_000

/** The ids of a sample event. Everything else is the same for all. */
export interface SampleChoice {
  readonly clientId?: string
  readonly sessionId?: string
  readonly userId?: string
  readonly id?: string
}

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
    expire_at: START + 7 * DAY,
    abandon_at: START + 30 * DAY,
    updated_at: START + n,
    created_at: START,
  },
})

/** The first sample events of one client. */
export const sampleEvents = (
  count: number,
  choice: SampleChoice = {},
): ReadonlyArray<ClientEvent> =>
  Array.from({ length: count }, (_, index) => sampleEvent(index + 1, choice))
