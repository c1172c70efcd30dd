import type { JsonObject } from '../../events/json.js'
import { FIRST_TASKS } from '../session-life.js'
import type { StoryEvent, StorySession } from './story.js'

/** Gives the id that is sent in the place of a story's own id, so that runs do not meet each other. */
export type Naming = (id: string) => string

/** Keeps the ids of the story. */
export const OWN_IDS: Naming = (id) => id

const TIME_KEYS = new Set([
  'timestamp',
  'last_active_at',
  'expire_at',
  'abandon_at',
  'updated_at',
  'created_at',
])

/** The same times in seconds. Times of a story are whole minutes, so that nothing is lost. */
const inSeconds = (object: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      key,
      TIME_KEYS.has(key) && typeof value === 'number' ? value / 1000 : value,
    ]),
  )

const HOSTILE_TEXT = 'Zoë 🦊 "東京"\u2028\\'

/** The keys in which the payload of a session differs from the plain one. */
const differencesOf = (form: StoryEvent['form']): JsonObject => {
  switch (form) {
    case 'user':
      return { user: { object: 'user', id: 'user_x', first_name: 'Ada', email_addresses: [] } }
    case 'unknown-keys':
      return { factor_verification_age: [1, -1], public_user_data: { has_image: true } }
    case 'actor':
      return { actor: { sub: 'user_support', iss: 'https://support.example.com' } }
    case 'unicode':
      return { last_active_organization_id: HOSTILE_TEXT, tasks: [{ key: HOSTILE_TEXT }] }
    default:
      return {}
  }
}

const sessionOf = (session: StorySession, nameOf: Naming): JsonObject => ({
  object: 'session',
  id: nameOf(session.id),
  user_id: nameOf(session.userId),
  client_id: nameOf(session.clientId),
  actor: null,
  status: session.status,
  last_active_organization_id: null,
  last_active_at: session.lastActiveAt,
  latest_activity: null,
  expire_at: session.expireAt,
  abandon_at: session.abandonAt,
  updated_at: session.updatedAt,
  created_at: session.createdAt,
  tasks: session.status === 'pending' ? FIRST_TASKS : null,
})

const observed = (event: StoryEvent, nameOf: Naming): JsonObject => ({
  object: 'client',
  id: nameOf(event.clientId),
  sessions: event.known.map((session) => sessionOf(session, nameOf)),
  session_ids: event.known.map(({ id }) => nameOf(id)),
  sign_in_id: null,
  sign_up_id: null,
  last_active_session_id: nameOf(event.session.id),
  last_authentication_strategy: 'passkey',
  updated_at: event.at,
  created_at: event.known.reduce((least, each) => Math.min(least, each.createdAt), event.at),
})

const sessionEventOf = (event: StoryEvent, nameOf: Naming): JsonObject => {
  const session = { ...sessionOf(event.session, nameOf), ...differencesOf(event.form) }
  const type = `session.${event.change}`
  if (event.form === 'of-2022') {
    const { actor, last_active_organization_id, latest_activity, tasks, ...data } = session
    return { object: 'event', type, data }
  }
  const isInSeconds = event.form === 'seconds'
  const envelope = {
    object: 'event',
    type,
    timestamp: isInSeconds ? event.saidAt / 1000 : event.saidAt,
    instance_id: 'ins_example',
    event_attributes: { http_request: { client_ip: '203.0.113.7', user_agent: 'Mozilla/5.0' } },
    ...(event.form === 'unknown-keys' ? { api_version: '2030-01-01' } : {}),
  }
  return { ...envelope, data: isInSeconds ? inSeconds(session) : session }
}

/** The payload of an event of a story, as Clerk sends it: without the id of the delivery. */
export const payloadOf = (event: StoryEvent, nameOf: Naming = OWN_IDS): JsonObject =>
  event.change === 'observed'
    ? {
        object: 'event',
        type: 'client.observed',
        timestamp: event.saidAt,
        data: observed(event, nameOf),
      }
    : sessionEventOf(event, nameOf)
