import type { Observation } from './observation.js'
import type { SessionVersion } from './session-version.js'

/** A client of which nothing was said: it does not exist. */
export interface NoClient {
  readonly id: null
}

/** What is known of one client. All times are epoch milliseconds. */
export interface KnownClient {
  readonly id: string
  /** For every session id ever seen, the greatest version of it; removed sessions too. */
  readonly sessions: ReadonlyMap<string, SessionVersion>
  /** The greatest observation, if there was any. */
  readonly observation: Observation | null
  /** The least `created_at` seen, of sessions and observations. */
  readonly created_at: number
  /** The greatest `updated_at` seen, of sessions and observations. */
  readonly updated_at: number
}

/**
 * The state of one client: a join-semilattice. States only grow, and joining two of them keeps the
 * greater of everything, so that order, duplicates and the splitting of work do not matter.
 */
export type ClientState = NoClient | KnownClient

/** The state before anything was said. */
export const NO_CLIENT: NoClient = { id: null }
