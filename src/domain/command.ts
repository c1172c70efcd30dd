import type { Json, JsonObject } from '../events/json.js'
import type { LatestActivity } from '../events/session.js'

/** Begins a session; its times of creation, update and last activity are `at`. */
export interface CreateSession {
  readonly type: 'CreateSession'
  /** When it happens, in epoch milliseconds. */
  readonly at: number
  readonly clientId: string
  readonly sessionId: string
  readonly userId: string
  /** Epoch milliseconds. */
  readonly expireAt: number
  /** Epoch milliseconds. */
  readonly abandonAt: number
  /** `active` unless given. */
  readonly status?: 'active' | 'pending'
  readonly actor?: JsonObject | null
  readonly lastActiveOrganizationId?: string | null
  readonly latestActivity?: LatestActivity | null
  readonly tasks?: ReadonlyArray<Json> | null
}

/** Says that a live session has tasks to do before it may be used. */
export interface MarkSessionPending {
  readonly type: 'MarkSessionPending'
  /** When it happens, in epoch milliseconds. */
  readonly at: number
  readonly sessionId: string
  /** What has to be done; the session keeps the tasks it has unless given. */
  readonly tasks?: ReadonlyArray<Json> | null
}

/** The user signs out. */
export interface EndSession {
  readonly type: 'EndSession'
  /** When it happens, in epoch milliseconds. */
  readonly at: number
  readonly sessionId: string
}

/** The application ends a session. */
export interface RevokeSession {
  readonly type: 'RevokeSession'
  /** When it happens, in epoch milliseconds. */
  readonly at: number
  readonly sessionId: string
}

/** Takes a session, live or over, off its client for good. */
export interface RemoveSession {
  readonly type: 'RemoveSession'
  /** When it happens, in epoch milliseconds. */
  readonly at: number
  readonly sessionId: string
}

/** What a service that is itself the authority over sessions may ask for. */
export type ClientCommand =
  CreateSession | MarkSessionPending | EndSession | RevokeSession | RemoveSession
