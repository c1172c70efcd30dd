import { checkMoment } from '../domain/check-moment.js'
import type { ClientState, ExistingClient, Observation } from '../domain/state.js'
import { isLive } from '../domain/status.js'
import { documentedClient, type Client } from '../events/client.js'
import { compareOldestFirst } from '../events/order.js'
import type { Session } from '../events/session.js'
import { sessionAt } from './session.js'

/** How a Client is read from a state. */
export interface ProjectionOptions {
  /**
   * The clock, in epoch milliseconds: a live session past its `expire_at` reads expired, past its
   * `abandon_at` abandoned. Without a clock, statuses read as recorded.
   */
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

/** A session that Clerk named as the last active one was active at least until that observation. */
const activeAt = (session: Session, observation: Observation | null): number =>
  observation?.last_active_session_id === session.id
    ? Math.max(session.last_active_at, observation.updated_at)
    : session.last_active_at

/** The sessions must be in order of creation and id: if activity ties, the last one counts. */
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
 * The documented Client, as `GET /v1/clients/{id}` answers it, for a state and a moment. Null for the
 * state before any event. A client whose sessions are all removed exists, with empty lists.
 *
 * @throws TypeError if `at` is no finite number of epoch milliseconds.
 * @example
 * import { fold, toClient } from 'clientfold'
 * import { exampleEvents } from 'clientfold/testing'
 * const state = fold(exampleEvents).get('client_grace_phone')
 * if (state) toClient(state, { revoked: 'drop' }).session_ids // => ['sess_grace_2']
 */
export function toClient(state: ExistingClient, options?: ProjectionOptions): Client
export function toClient(state: ClientState, options?: ProjectionOptions): Client | null
export function toClient(
  state: ClientState,
  { at, revoked = 'keep' }: ProjectionOptions = {},
): Client | null {
  checkMoment('at', at)
  if (state.id === null) return null
  const { id, observation, updated_at, created_at } = state
  const sessions = Array.from(state.sessions.values(), ({ session }) => sessionAt(session, at))
    .filter((session) => isListed(session, revoked))
    .sort(compareOldestFirst)
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
