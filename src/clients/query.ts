import { isPlainObject } from '../events/json.js'
import { SESSION_STATUSES, type Session } from '../events/session.js'
import type { ClientQuery } from '../projections/client-query.js'
import type { SessionFilter } from '../projections/sessions.js'
import { CHANGES_KEYS, type ChangesQuery } from './client-change.js'
import { DEVICES_KEYS, type DevicesQuery } from './devices-query.js'

/** Which part of a list to read. Without either key: everything, from the newest on. */
export interface PageBounds {
  /** The most entries to answer: an integer of at least 0. All entries unless given. */
  readonly limit?: number
  /** How many of the newest entries to leave out: an integer of at least 0. 0 unless given. */
  readonly offset?: number
}

/** A question about all clients: which part of the list, and as of which moment. */
export interface ListQuery extends ClientQuery, PageBounds {}

/** A question about sessions: which ones, which part of the list, and as of which moment. */
export interface SessionsQuery extends SessionFilter, ListQuery {
  /**
   * The last session of the page before: only sessions that come after it in the list. Reading a long list
   * so costs the same for each page; with `offset`, the database passes all earlier entries each time.
   */
  readonly afterSession?: Pick<Session, 'id' | 'created_at'>
}

/** Lets the caller cancel a call. */
export interface Cancellation {
  /** Once it is aborted, a command rejects with the signal's reason, and an iteration ends. */
  readonly signal?: AbortSignal | undefined
}

/** A part of a list. */
export interface ListPage<A> {
  readonly data: ReadonlyArray<A>
  /** The length of the whole list. */
  readonly totalCount: number
  /**
   * How many damaged records the list leaves out; absent if none is damaged. A client whose records are
   * damaged is missing, or reads as if those records did not exist.
   */
  readonly damaged?: number
}

const CLIENT_QUERY_KEYS = ['at', 'asOf', 'knownAt', 'revoked'] as const satisfies ReadonlyArray<
  keyof ClientQuery
>
const LIST_KEYS = ['limit', 'offset', ...CLIENT_QUERY_KEYS] as const

/** The keys that each method understands. */
const KEYS = {
  get: CLIENT_QUERY_KEYS,
  session: CLIENT_QUERY_KEYS,
  all: ['signal', ...CLIENT_QUERY_KEYS],
  devices: DEVICES_KEYS,
  list: LIST_KEYS,
  changes: CHANGES_KEYS,
  sessions: ['userId', 'clientId', 'status', 'afterSession', ...LIST_KEYS],
} as const satisfies Record<
  string,
  ReadonlyArray<keyof SessionsQuery | keyof Cancellation | keyof DevicesQuery | keyof ChangesQuery>
>

interface Rule {
  readonly expected: string
  readonly holds: (value: unknown) => boolean
}

const ID: Rule = {
  expected: 'a non-empty string',
  holds: (value) => typeof value === 'string' && value !== '',
}
const STATUS: Rule = {
  expected: `one of ${SESSION_STATUSES.join(', ')}`,
  holds: (value) => SESSION_STATUSES.some((status) => status === value),
}
const COUNT: Rule = {
  expected: 'an integer of at least 0',
  holds: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
}

const ENTRY: Rule = {
  expected: 'a session, or its id and created_at',
  holds: (value) => {
    if (!isPlainObject(value)) return false
    const { id, created_at } = value
    return ID.holds(id) && COUNT.holds(created_at)
  },
}

/** The session of a request that has none is null or undefined: then no device is the current one. */
const SESSION_ID_OR_NONE: Rule = {
  expected: 'a non-empty string, null or undefined',
  holds: (value) => value === null || value === undefined || ID.holds(value),
}
const WHICH: Rule = {
  expected: 'one of keep, drop, only',
  holds: (value) => value === 'keep' || value === 'drop' || value === 'only',
}

/** The keys that choose what a list holds. If one of them is `undefined`, the caller lost a value. */
const RULES: Readonly<Record<string, Rule>> = {
  ...{ userId: ID, clientId: ID, status: STATUS, afterSession: ENTRY },
  ...{ limit: COUNT, offset: COUNT },
  ...{ currentSessionId: SESSION_ID_OR_NONE, impersonated: WHICH },
}

const problemWith = (key: string, value: unknown): string | null => {
  const rule = RULES[key]
  if (rule === undefined || rule.holds(value)) return null
  return value === undefined
    ? `${key} is undefined. Leave the key out, or set it to ${rule.expected}.`
    : `${key} must be ${rule.expected}.`
}

/**
 * Checks a query before anything is read. A misspelt or undefined key would otherwise answer a wider
 * question than the caller asked: `sessions({ userId: undefined })` would answer every user's sessions.
 *
 * @throws TypeError that names the key and says what to do.
 */
export const checkQuery = (method: keyof typeof KEYS, query: unknown): void => {
  if (!isPlainObject(query)) {
    throw new TypeError(`${method}: the query must be a plain object; {} asks without conditions.`)
  }
  const understood: ReadonlyArray<string> = KEYS[method]
  for (const [key, value] of Object.entries(query)) {
    if (!understood.includes(key)) {
      const name = JSON.stringify(key)
      throw new TypeError(
        `${method}: ${name} is not a key of the query. Use ${understood.join(', ')}.`,
      )
    }
    const problem = problemWith(key, value)
    if (problem !== null) throw new TypeError(`${method}: ${problem}`)
  }
}
