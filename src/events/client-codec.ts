import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { arrayOf } from './array.js'
import { documentedClient, type Client, type ClientContent } from './client.js'
import { Time } from './time-codec.js'
import { MOST_ISSUES, NO_PATH, WRONG } from './path.js'
import { record } from './record.js'
import { SessionCodec } from './session-codec.js'
import type { Session } from './session.js'
import { NonEmptyString, oneOf, StringOrNull } from './strings.js'

/** Older versions of the Backend API (2025-03-12) leave `last_authentication_strategy` out. */
const StringOrNullOrAbsent: t.Type<string | null, string | null> = new t.Type(
  StringOrNull.name,
  StringOrNull.is,
  (value, context) => StringOrNull.validate(value ?? null, context),
  t.identity,
)

const ClientFields = record<Omit<Client, 'session_ids'>>('client', {
  object: oneOf('client'),
  id: NonEmptyString,
  sessions: arrayOf('array of sessions', SessionCodec),
  sign_in_id: StringOrNull,
  sign_up_id: StringOrNull,
  last_active_session_id: StringOrNull,
  last_authentication_strategy: StringOrNullOrAbsent,
  updated_at: Time,
  created_at: Time,
})

/** Names, in errors, what was expected of a session that belongs to another client. */
const OwnClientId = new t.Type<string>(
  'the id of the listing client',
  t.string.is,
  t.failure,
  String,
)

/** Refuses sessions that name another client than the one that lists them, with their paths. */
const withOwnSessions = (
  client: ClientContent,
  context: t.Context,
): t.Validation<ClientContent> => {
  const isOwn = ({ client_id }: Session): boolean => client_id === client.id
  if (client.sessions.every(isOwn)) return t.success(client)
  if (context === NO_PATH) return WRONG
  const errors = client.sessions.flatMap((session, index) => {
    if (isOwn(session)) return []
    const inSessions = t.appendContext(context, 'sessions', t.UnknownArray)
    const inSession = t.appendContext(inSessions, String(index), SessionCodec)
    const inClientId = t.appendContext(inSession, 'client_id', OwnClientId)
    return [{ value: session.client_id, context: inClientId, message: 'another string' }]
  })
  return t.failures(errors.slice(0, MOST_ISSUES))
}

/**
 * Codec of the documented Client as an observation carries it. Decoding ignores `session_ids` (the
 * sessions themselves count), and encoding writes it from the sessions.
 */
export const ClientCodec: t.Type<Client, unknown> = new t.Type(
  'client',
  (value): value is Client =>
    ClientFields.is(value) && value.sessions.every((session) => session.client_id === value.id),
  (value, context) => {
    const decoded = ClientFields.validate(value, context)
    if (E.isLeft(decoded)) return decoded
    const own = withOwnSessions(decoded.right, context)
    return E.isLeft(own) ? own : t.success(documentedClient(own.right))
  },
  (client) => documentedClient(ClientFields.encode(client) as ClientContent),
)
