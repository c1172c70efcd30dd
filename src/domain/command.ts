import type { Json, JsonObject } from '../events/json.js'
import type { LatestActivity } from '../events/session.js'

/**
 * What a service that is itself the authority over sessions can order. Each command has `at`, the time
 * at which it happens, in epoch milliseconds.
 */
export type ClientCommand =
  /** Begins a session, which is created, updated and last active at `at`. */
  | {
      readonly type: 'CreateSession'
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
  /**
   * Makes a pending session active: its tasks are done, and it has no tasks from then on. Clerk documents
   * no event for this change, so the event is a `session.created` whose status is `active`.
   */
  | { readonly type: 'ActivateSession'; readonly at: number; readonly sessionId: string }
  /** Marks a live session as having tasks to do before it may be used. */
  | {
      readonly type: 'MarkSessionPending'
      readonly at: number
      readonly sessionId: string
      /** What has to be done; the session keeps the tasks that it has unless given. */
      readonly tasks?: ReadonlyArray<Json> | null
    }
  /** The user signs out. */
  | { readonly type: 'EndSession'; readonly at: number; readonly sessionId: string }
  /** The application ends a session. */
  | { readonly type: 'RevokeSession'; readonly at: number; readonly sessionId: string }
  /** Takes a session, live or over, off its client for good. */
  | { readonly type: 'RemoveSession'; readonly at: number; readonly sessionId: string }
