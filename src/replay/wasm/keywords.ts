import { severity } from '../../domain/status.js'
import { EVENT_KEYS } from '../../events/client-event-codec.js'
import { SESSION_EVENT_TYPES } from '../../events/client-event.js'
import { documentedClient } from '../../events/client.js'
import { SESSION_KEYS, SESSION_STATUSES, type SessionStatus } from '../../events/session.js'

/** The statuses in the order of their numbers, which is that of severity. */
export const STATUSES_BY_SEVERITY: ReadonlyArray<SessionStatus> = [...SESSION_STATUSES].sort(
  (left, right) => severity(left) - severity(right),
)

/**
 * The texts of the keywords, in the order of their numbers (see `keyword-numbers.ts`). They come from the
 * codecs, where the keys and values of an event are defined.
 */
export const KEYWORDS: ReadonlyArray<string> = [
  ...SESSION_KEYS,
  ...EVENT_KEYS,
  ...STATUSES_BY_SEVERITY,
  ...SESSION_EVENT_TYPES,
  'session',
  'event',
  'is_mobile',
]

/** Marks the values in the text of the Client below: it occurs nowhere else in it. */
const MARK = 77_777_777

/**
 * The constant parts of a Client, in the order of their numbers (see `layout.ts`): what is between the
 * values that the engine writes. What only an observation brings is constant, because Clients with
 * observations are written by the plain path.
 */
export const clientTexts = (): ReadonlyArray<string> => {
  const mark = String(MARK)
  const client = documentedClient({
    id: mark,
    sessions: [],
    sign_in_id: null,
    sign_up_id: null,
    last_active_session_id: mark,
    last_authentication_strategy: null,
    updated_at: MARK,
    created_at: MARK,
  })
  return `${JSON.stringify(client)}\n`
    .replace(`"last_active_session_id":"${mark}"`, `"last_active_session_id":${mark}`)
    .replaceAll('[]', `[${mark}]`)
    .split(mark)
}
