import { foldClient } from '../domain/fold.js'
import { decidingRule, type SessionVersion, type VersionRule } from '../domain/state.js'
import type { ClientEvent } from '../events/client-event.js'
import type { Client } from '../events/client.js'
import type { SessionStatus } from '../events/session.js'
import { projectionOf, type ClientQuery } from './client-query.js'
import { toClient } from './client.js'
import { statusAt } from './session.js'
import { clientSources, type ClientSources, type Source } from './version-sources.js'

/** A version of a session that another version beat. */
export interface LostVersion extends Source<SessionVersion> {
  /** The first rule by which it differs from the version that counts. */
  readonly rule: VersionRule
}

/** Why a session reads as it does. */
export interface SessionExplanation {
  readonly sessionId: string
  /** The version that counts. */
  readonly winner: Source<SessionVersion>
  /** All others, the greatest first. */
  readonly lost: ReadonlyArray<LostVersion>
  /** The status that the clock gives, if it is another one than that of the winner; else null. */
  readonly statusByClock: SessionStatus | null
}

/** Why a field of the Client has its value. */
export type FieldReason =
  /** The value is the same for every Client. */
  | 'constant'
  /** Every event of the client names it. */
  | 'client'
  /** The greatest version of each session, without the removed ones. */
  | 'sessions'
  /** The session that was active last, by its own `last_active_at`. */
  | 'activity'
  /** The session that was active last, because the greatest observation names it. */
  | 'observed-activity'
  | 'no-live-session'
  /** The greatest observation. */
  | 'observation'
  | 'no-observation'
  /** The least `created_at` that an event names. */
  | 'least'
  /** The greatest `updated_at` that an event names. */
  | 'greatest'

/** Where a field of the Client comes from. */
export interface FieldSource {
  readonly field: keyof Client
  readonly reason: FieldReason
  /** The events that give the value, by their places, in ascending order. Empty if no event gives it. */
  readonly places: ReadonlyArray<number>
}

/** Why a Client reads as it does. */
export interface ClientExplanation {
  readonly client: Client
  /** Every session, removed ones too, in the order of their ids by UTF-16 code units. */
  readonly sessions: ReadonlyArray<SessionExplanation>
  /** In the order of the keys of the Client. */
  readonly fields: ReadonlyArray<FieldSource>
}

const explainSession = (
  sessionId: string,
  [winner, ...others]: ReadonlyArray<Source<SessionVersion>>,
  at: number | undefined,
): ReadonlyArray<SessionExplanation> => {
  if (winner === undefined) return []
  const { session } = winner.value
  const status = statusAt(session, at)
  const lost = others.flatMap((source) => {
    const rule = decidingRule(winner.value, source.value)
    return rule === null ? [] : [{ ...source, rule }]
  })
  const statusByClock = status === session.status ? null : status
  return [{ sessionId, winner, lost, statusByClock }]
}

const ascending = (places: Iterable<number>): ReadonlyArray<number> =>
  [...new Set(places)].sort((left, right) => left - right)

const lastActiveSource = (
  client: Client,
  { sessions, observations }: ClientSources,
): Omit<FieldSource, 'field'> => {
  const id = client.last_active_session_id
  const winner = id === null ? undefined : sessions.get(id)?.[0]
  if (id === null || winner === undefined) return { reason: 'no-live-session', places: [] }
  const seen = observations[0]
  const isObserved =
    seen?.value.last_active_session_id === id &&
    seen.value.updated_at > winner.value.session.last_active_at
  return isObserved
    ? { reason: 'observed-activity', places: seen.places }
    : { reason: 'activity', places: winner.places }
}

const fieldSource = (
  field: keyof Client,
  client: Client,
  sources: ClientSources,
): Omit<FieldSource, 'field'> => {
  const placesOf = (key: 'created_at' | 'updated_at'): ReadonlyArray<number> =>
    ascending(
      sources.bounds
        .filter(({ value }) => value[key] === client[key])
        .flatMap((each) => each.places),
    )
  switch (field) {
    case 'object':
      return { reason: 'constant', places: [] }
    case 'id':
      return { reason: 'client', places: [] }
    case 'sessions':
    case 'session_ids': {
      const winners = client.session_ids.flatMap(
        (id) => sources.sessions.get(id)?.[0]?.places ?? [],
      )
      return { reason: 'sessions', places: ascending(winners) }
    }
    case 'last_active_session_id':
      return lastActiveSource(client, sources)
    case 'sign_in_id':
    case 'sign_up_id':
    case 'last_authentication_strategy': {
      const [seen] = sources.observations
      return seen === undefined
        ? { reason: 'no-observation', places: [] }
        : { reason: 'observation', places: seen.places }
    }
    case 'created_at':
      return { reason: 'least', places: placesOf('created_at') }
    case 'updated_at':
      return { reason: 'greatest', places: placesOf('updated_at') }
  }
}

/**
 * A Client as of a moment, as known at a moment, or both, and why it reads as it does: for each session the
 * versions that lost and the rule that decided, for each field the events that give its value. Null if the
 * client did not exist then. The Client is that of `clientAsOf`.
 *
 * @param events - the events of one client; each place in the answer is a place among them
 * @throws TypeError if the events are of several clients, or a moment is no finite number of epoch
 * milliseconds: a defect of the caller.
 */
export const explainClient = (
  events: ReadonlyArray<ClientEvent>,
  query: ClientQuery,
): ClientExplanation | null => {
  const state = foldClient(events, query)
  const projection = projectionOf(query)
  const client = toClient(state, projection)
  const sources = client === null ? undefined : clientSources(events, query).get(client.id)
  if (client === null || sources === undefined) return null
  const ids = [...sources.sessions.keys()].sort()
  return {
    client,
    sessions: ids.flatMap((id) =>
      explainSession(id, sources.sessions.get(id) ?? [], projection.at),
    ),
    fields: (Object.keys(client) as Array<keyof Client>).map((field) => ({
      field,
      ...fieldSource(field, client, sources),
    })),
  }
}
