import type { ClientState, KnownClient } from '../domain/client-state.js'
import type { Observation } from '../domain/observation.js'
import { compareValues } from '../domain/session-version.js'
import { isLive } from '../domain/status.js'
import { documentedClient, type Client } from '../events/client.js'
import type { Session } from '../events/session.js'
import { sessionAt } from './session.js'

/** How a Client is to be read. */
export interface ProjectionOptions {
  /** The clock, in epoch milliseconds: from it follow `expired` and `abandoned`. Without it, statuses read as recorded. */
  readonly at?: number | undefined
  /**
   * Whether revoked sessions are listed; `keep` unless given. Clerk's pages disagree: the Backend
   * API says that a revoked session is still returned (multi-session mode), the page on session
   * status that it is removed.
   */
  readonly revoked?: 'keep' | 'drop' | undefined
}

const isListed = ({ status }: Session, revoked: 'keep' | 'drop'): boolean =>
  status !== 'removed' && (status !== 'revoked' || revoked === 'keep')

const compareByCreation = (left: Session, right: Session): number =>
  compareValues(left.created_at, right.created_at) || compareValues(left.id, right.id)

/** A session to which Clerk itself pointed was active at least until it was so observed. */
const activeAt = (session: Session, observation: Observation | null): number =>
  observation?.last_active_session_id === session.id
    ? Math.max(session.last_active_at, observation.updated_at)
    : session.last_active_at

/** Of sessions that are in order of creation and id: where activity ties, the last one counts. */
const lastActive = (
  sessions: ReadonlyArray<Session>,
  observation: Observation | null,
): Session | null =>
  sessions
    .filter(({ status }) => isLive(status))
    .reduce<Session | null>(
      (best, session) =>
        best === null || activeAt(session, observation) >= activeAt(best, observation)
          ? session
          : best,
      null,
    )

/**
 * The documented Client: what `GET /v1/clients/{id}` answers, for a state and a moment. Null for the
 * state of which nothing was said; a client whose sessions are all removed exists, with empty lists.
 *
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { fold, parseEvent, toClient } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * const state = fold(events).get('client_grace_phone')
 * if (state) toClient(state, { revoked: 'drop' }).session_ids // => ['sess_grace_2']
 */
export function toClient(state: KnownClient, options?: ProjectionOptions): Client
export function toClient(state: ClientState, options?: ProjectionOptions): Client | null
export function toClient(
  state: ClientState,
  { at, revoked = 'keep' }: ProjectionOptions = {},
): Client | null {
  if (state.id === null) return null
  const { id, observation, updated_at, created_at } = state
  const sessions = Array.from(state.sessions.values(), ({ session }) => sessionAt(session, at))
    .filter((session) => isListed(session, revoked))
    .sort(compareByCreation)
  return documentedClient({
    id,
    sessions,
    sign_in_id: observation?.sign_in_id ?? null,
    sign_up_id: observation?.sign_up_id ?? null,
    last_active_session_id: lastActive(sessions, observation)?.id ?? null,
    last_authentication_strategy: observation?.last_authentication_strategy ?? null,
    updated_at,
    created_at,
  })
}
