import { severity } from '../../domain/status.js'
import { EVENT_KEYS, SESSION_EVENT_TYPES } from '../../events/client-event.js'
import { documentedClient } from '../../events/client.js'
import { SESSION_KEYS, SESSION_STATUSES } from '../../events/session.js'

/**
 * The keys and values that the engine looks for, in the order that `engine/words.ts` gives them. They come
 * from the codecs: what a session is stands in one place.
 */
export const ENGINE_WORDS: ReadonlyArray<string> = [
  ...SESSION_KEYS,
  ...EVENT_KEYS,
  ...[...SESSION_STATUSES].sort((left, right) => severity(left) - severity(right)),
  ...SESSION_EVENT_TYPES,
  'session',
  'event',
  'is_mobile',
]

/** A value that stands nowhere else in the text of the Client below. */
const HOLE = 77_777_777

/**
 * What stands between the values of a Client, of which the engine writes all but what only an observation
 * brings: before the id, the ids of the sessions, the sessions, the session that was active last, the two
 * times, and after them.
 */
export const clientTexts = (): ReadonlyArray<string> => {
  const hole = String(HOLE)
  const client = documentedClient({
    id: hole,
    sessions: [],
    sign_in_id: null,
    sign_up_id: null,
    last_active_session_id: hole,
    last_authentication_strategy: null,
    updated_at: HOLE,
    created_at: HOLE,
  })
  return `${JSON.stringify(client)}\n`
    .replace(`"last_active_session_id":"${hole}"`, `"last_active_session_id":${hole}`)
    .replaceAll('[]', `[${hole}]`)
    .split(hole)
}
