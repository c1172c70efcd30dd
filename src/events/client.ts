import type { Session } from './session.js'

/**
 * The documented Client object of Clerk's Backend API
 * (https://clerk.com/docs/reference/backend-api/tag/Clients): exactly these ten keys, in this order. All
 * times are epoch milliseconds.
 */
export interface Client {
  readonly object: 'client'
  /** The client's own id (Clerk's description of the key says "session", in every version: a mistake). */
  readonly id: string
  /** `session_ids[i] === sessions[i].id`. */
  readonly session_ids: ReadonlyArray<string>
  readonly sessions: ReadonlyArray<Session>
  /** A sign-in in progress. No webhook carries it: only an observation of the Backend API does. */
  readonly sign_in_id: string | null
  /** A sign-up in progress. No webhook carries it. */
  readonly sign_up_id: string | null
  readonly last_active_session_id: string | null
  /** How a user last signed in here; null when unknown. No webhook carries it. */
  readonly last_authentication_strategy: string | null
  readonly updated_at: number
  readonly created_at: number
}

/** The content of a Client; `object` is constant, and `session_ids` follow from `sessions`. */
export type ClientContent = Omit<Client, 'object' | 'session_ids'>

/**
 * Makes the documented Client: ten keys, in their order. No other place lays them out.
 *
 * @example
 * import { documentedClient } from 'clientfold/algebra'
 * const client = documentedClient({
 *   id: 'client_1',
 *   sessions: [],
 *   sign_in_id: null,
 *   sign_up_id: null,
 *   last_active_session_id: null,
 *   last_authentication_strategy: null,
 *   updated_at: 1779955200000,
 *   created_at: 1779955200000,
 * })
 * client.session_ids // => []
 */
export const documentedClient = (content: ClientContent): Client => ({
  object: 'client',
  id: content.id,
  session_ids: content.sessions.map((session) => session.id),
  sessions: content.sessions,
  sign_in_id: content.sign_in_id,
  sign_up_id: content.sign_up_id,
  last_active_session_id: content.last_active_session_id,
  last_authentication_strategy: content.last_authentication_strategy,
  updated_at: content.updated_at,
  created_at: content.created_at,
})
