/**
 * The numbers of the keywords: the keys and values that the engine looks for.
 *
 * TypeScript and AssemblyScript both import this file, so it holds nothing but constant integers. The
 * texts are in `keywords.ts`, taken from the codecs; a test compares both.
 */

// The first keyword of each group, and how many it has. Keys of a session come first, so that the number
// of a key is the number of its keyword too.
export const FIRST_SESSION_KEY = 0
export const SESSION_KEY_COUNT = 14
export const FIRST_EVENT_KEY = 14
export const EVENT_KEY_COUNT = 8
export const FIRST_STATUS = 22
export const STATUS_COUNT = 8
export const FIRST_EVENT_TYPE = 30
export const EVENT_TYPE_COUNT = 5
export const KEYWORD_SESSION = 35
export const KEYWORD_EVENT = 36
export const KEYWORD_IS_MOBILE = 37
export const KEYWORD_COUNT = 38

// The keys of a session, in their documented order.
export const SESSION_KEY_OBJECT = 0
export const SESSION_KEY_ID = 1
export const SESSION_KEY_USER_ID = 2
export const SESSION_KEY_CLIENT_ID = 3
export const SESSION_KEY_ACTOR = 4
export const SESSION_KEY_STATUS = 5
export const SESSION_KEY_LAST_ACTIVE_ORGANIZATION_ID = 6
export const SESSION_KEY_LAST_ACTIVE_AT = 7
export const SESSION_KEY_LATEST_ACTIVITY = 8
export const SESSION_KEY_EXPIRE_AT = 9
export const SESSION_KEY_ABANDON_AT = 10
export const SESSION_KEY_UPDATED_AT = 11
export const SESSION_KEY_CREATED_AT = 12
export const SESSION_KEY_TASKS = 13

// The keys of an event.
export const EVENT_KEY_OBJECT = 0
export const EVENT_KEY_ID = 1
export const EVENT_KEY_TYPE = 2
export const EVENT_KEY_TIMESTAMP = 3
export const EVENT_KEY_RECORDED_AT = 4
export const EVENT_KEY_INSTANCE_ID = 5
export const EVENT_KEY_EVENT_ATTRIBUTES = 6
export const EVENT_KEY_DATA = 7

// The statuses of a session, by severity: up to pending they are live, up to revoked they are over.
export const STATUS_ACTIVE = 0
export const STATUS_PENDING = 1
export const STATUS_ENDED = 2
export const STATUS_EXPIRED = 3
export const STATUS_REPLACED = 4
export const STATUS_ABANDONED = 5
export const STATUS_REVOKED = 6
export const STATUS_REMOVED = 7
