import type { Json, JsonObject } from './json.js'

/**
 * Every status that Clerk documents for a session. The list in Clerk's webhook description lacks
 * `pending`, although its own `session.pending` example uses it; the Backend API's list has it.
 */
export const SESSION_STATUSES = [
  'active',
  'pending',
  'ended',
  'expired',
  'replaced',
  'abandoned',
  'revoked',
  'removed',
] as const

/** The status of a session: see Clerk's page on session status. */
export type SessionStatus = (typeof SESSION_STATUSES)[number]

/**
 * The keys that Clerk documents for the latest activity of a session
 * (https://clerk.com/docs/reference/backend/types/backend-session-activity). Decoding checks the three keys
 * that are always there. It keeps the others as they came: text, as documented, or null.
 */
export interface DocumentedActivity {
  readonly id: string
  /** `session_activity`. */
  readonly object: string
  readonly is_mobile: boolean
  /** Such as `Macintosh` or `iPhone`. */
  readonly device_type?: string | null
  readonly browser_name?: string | null
  readonly browser_version?: string | null
  readonly ip_address?: string | null
  /** Found by Clerk from the IP address. */
  readonly city?: string | null
  /** Found by Clerk from the IP address, such as `JP`. */
  readonly country?: string | null
}

/**
 * What a session did last, with which device, and where. The documented keys have their documented types;
 * every other key is kept as given, and is `Json`.
 */
export type LatestActivity = DocumentedActivity & JsonObject

/**
 * The documented Session object of Clerk's Backend API
 * (https://clerk.com/docs/reference/backend-api/tag/Sessions), keys in its order. All times are epoch
 * milliseconds. Optional keys are kept exactly as given: absent stays absent, null stays null.
 */
export interface Session {
  readonly object: 'session'
  readonly id: string
  readonly user_id: string
  readonly client_id: string
  /** Who acts as the user (impersonation); null or absent if no one does. */
  readonly actor?: JsonObject | null
  readonly status: SessionStatus
  readonly last_active_organization_id?: string | null
  readonly last_active_at: number
  readonly latest_activity?: LatestActivity | null
  /** From this moment on the session counts as expired. Clerk sends no event for it. */
  readonly expire_at: number
  /** From this moment on the session counts as abandoned. Clerk sends no event for it. */
  readonly abandon_at: number
  readonly updated_at: number
  readonly created_at: number
  /** What the user must still do before a pending session becomes active. */
  readonly tasks?: ReadonlyArray<Json> | null
}

/** The documented keys of a session, in their order. */
export const SESSION_KEYS = [
  'object',
  'id',
  'user_id',
  'client_id',
  'actor',
  'status',
  'last_active_organization_id',
  'last_active_at',
  'latest_activity',
  'expire_at',
  'abandon_at',
  'updated_at',
  'created_at',
  'tasks',
] as const satisfies ReadonlyArray<keyof Session>

const isDocumented = (session: Session): boolean => {
  let next = 0
  for (const key in session) {
    while (next < SESSION_KEYS.length && SESSION_KEYS[next] !== key) next += 1
    if (next === SESSION_KEYS.length) return false
    next += 1
  }
  return true
}

/**
 * The session with only its documented keys, in their order. A decoded session has that form already
 * and is returned unchanged.
 */
export const documentedSession = (session: Session): Session => {
  if (isDocumented(session)) return session
  const output: Record<string, unknown> = {}
  for (const key of SESSION_KEYS) if (session[key] !== undefined) output[key] = session[key]
  return output as unknown as Session
}
