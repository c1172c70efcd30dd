import type { Client } from './client.js'
import type { JsonObject } from './json.js'
import type { Session } from './session.js'

/**
 * The five session events of Clerk's webhooks
 * (https://clerk.com/docs/guides/development/webhooks/overview).
 */
export const SESSION_EVENT_TYPES = [
  'session.created',
  'session.pending',
  'session.ended',
  'session.removed',
  'session.revoked',
] as const

/** Every type of event that this version knows. */
export const EVENT_TYPES = [...SESSION_EVENT_TYPES, 'client.observed'] as const

/** Why a session event was sent. The truth about the session is `data.status`. */
export type SessionEventType = (typeof SESSION_EVENT_TYPES)[number]

/** The keys that every event may have besides `type` and `data`. Times are epoch milliseconds. */
export interface EventEnvelope {
  readonly object: 'event'
  /** The delivery's id: the header `svix-id`, equal over all attempts and replays of one message. */
  readonly id?: string
  /** When the event was said. Absent in payloads of 2022: then it was said at `data.updated_at`. */
  readonly timestamp?: number
  /** When the log recorded the event. Absent: the event counts as known since it was said. */
  readonly recorded_at?: number
  readonly instance_id?: string | null
  readonly event_attributes?: JsonObject | null
}

/** A session event, as Clerk's webhooks deliver it, without the keys that are not kept. */
export interface SessionEvent extends EventEnvelope {
  readonly type: SessionEventType
  readonly data: Session
}

/**
 * An answer of `GET /v1/clients/{id}`, recorded. It brings what no webhook carries: sign-in and
 * sign-up in progress, the last strategy, the client's own `created_at`, and the statuses expired,
 * replaced and abandoned.
 */
export interface ClientObserved extends EventEnvelope {
  readonly type: 'client.observed'
  readonly data: Client
}

/** An event of one client: a session event, or an observation of the whole client. */
export type ClientEvent = SessionEvent | ClientObserved

/**
 * The id of the client that an event is about.
 *
 * @example
 * import { clientIdOf } from 'clientfold'
 * import { exampleEvents } from 'clientfold/testing'
 * exampleEvents.slice(0, 3).map(clientIdOf)
 * // => ['client_ada_laptop', 'client_ada_laptop', 'client_library_tablet']
 */
export const clientIdOf = (event: ClientEvent): string =>
  event.type === 'client.observed' ? event.data.id : event.data.client_id

/** The sessions that an event describes: one, or those of an observation. */
export const sessionsIn = (event: ClientEvent): ReadonlyArray<Session> =>
  event.type === 'client.observed' ? event.data.sessions : [event.data]

/**
 * When an event was said, in epoch milliseconds: its `timestamp`, else `data.updated_at`.
 *
 * @example
 * import { saidAt } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * exampleEvents.slice(0, 2).map(saidAt) // => [1779955320400, 1779955200400]
 */
export const saidAt = (event: ClientEvent): number => event.timestamp ?? event.data.updated_at

/**
 * When an event became known, in epoch milliseconds: its `recorded_at`, else when it was said.
 *
 * @example
 * import { knownSince } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * exampleEvents.slice(0, 1).map((event) => knownSince({ ...event, recorded_at: 1779955320999 }))
 * // => [1779955320999]
 */
export const knownSince = (event: ClientEvent): number => event.recorded_at ?? saidAt(event)
