import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { JsonArrayOrNull, JsonObjectOrNull } from './json.js'
import { Time } from './time-codec.js'
import { optional, record, type Fields } from './record.js'
import { SESSION_KEYS, SESSION_STATUSES, type LatestActivity, type Session } from './session.js'
import { NonEmptyString, oneOf, StringOrNull } from './strings.js'

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

const CODECS: Fields<Session> = {
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

/** The same in the documented order, in which a codec writes them. */
const fields = Object.fromEntries(SESSION_KEYS.map((key) => [key, CODECS[key]])) as Fields<Session>

/** Codec of the documented Session. */
export const SessionCodec = record<Session>('session', fields)
