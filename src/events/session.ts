import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { JsonArrayOrNull, JsonObjectOrNull, type Json, type JsonObject } from './json.js'
import { optional, record, type Fields } from './record.js'
import { NonEmptyString, oneOf, StringOrNull } from './strings.js'
import { Time } from './moment.js'

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

const RequiredActivity = t.type({ id: t.string, object: t.string, is_mobile: t.boolean })

/** Checks the three documented keys and keeps the whole object: all other keys are open. */
const LatestActivityOrNull: t.Type<LatestActivity | null, unknown> = new t.Type(
  'activity or null',
  (value): value is LatestActivity | null =>
    JsonObjectOrNull.is(value) && (value === null || RequiredActivity.is(value)),
  (value, context) => {
    const object = JsonObjectOrNull.validate(value, context)
    if (E.isLeft(object)) return object
    const required =
      object.right === null ? t.success(null) : RequiredActivity.validate(value, context)
    return E.isLeft(required) ? required : t.success(object.right as LatestActivity | null)
  },
  t.identity,
)

const fields: Fields<Session> = {
  object: oneOf('session'),
  id: NonEmptyString,
  user_id: NonEmptyString,
  client_id: NonEmptyString,
  actor: optional(JsonObjectOrNull),
  status: oneOf(...SESSION_STATUSES),
  last_active_organization_id: optional(StringOrNull),
  last_active_at: Time,
  latest_activity: optional(LatestActivityOrNull),
  expire_at: Time,
  abandon_at: Time,
  updated_at: Time,
  created_at: Time,
  tasks: optional(JsonArrayOrNull),
}

/** Codec of the documented Session. */
export const SessionCodec = record<Session>('session', fields)

/** The documented keys of a session, in their order. */
export const SESSION_KEYS = Object.keys(fields) as ReadonlyArray<keyof Session>

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
