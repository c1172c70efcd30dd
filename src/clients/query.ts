import { isMoment, looksLikeSeconds, MOMENT_EXPECTED } from '../domain/check-moment.js'
import { isPlainObject } from '../events/json.js'
import { SESSION_STATUSES, type Session } from '../events/session.js'
import type { SessionFilter } from '../projections/sessions.js'
import { CHANGES_KEYS, type ChangesQuery } from './client-change.js'
import type { DevicesQuery } from './devices-query.js'
import type { Question } from './question.js'

/** A question about all clients: as of which moment, and which part of the list; all of it, unless given. */
export interface ListQuery extends Question {
  /** The most entries to answer: an integer of at least 0. All entries unless given. */
  readonly limit?: number
  /** How many of the newest entries to leave out: an integer of at least 0. 0 unless given. */
  readonly offset?: number
}

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

const MOMENT_KEYS = ['at', 'asOf', 'knownAt'] as const
const QUESTION_KEYS = [...MOMENT_KEYS, 'revoked'] as const
const LIST_KEYS = ['limit', 'offset', ...QUESTION_KEYS] as const

/** The keys that each method understands. */
const KEYS = {
  get: QUESTION_KEYS,
  session: QUESTION_KEYS,
  all: ['signal', ...QUESTION_KEYS],
  devices: ['currentSessionId', 'impersonated', ...MOMENT_KEYS],
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

const isAbsentOr =
  (isRight: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || isRight(value)

const MOMENT: Rule = { expected: MOMENT_EXPECTED, holds: isAbsentOr(isMoment) }
const CLOCK: Rule = {
  expected: `"recorded" or ${MOMENT_EXPECTED}`,
  holds: isAbsentOr((value) => value === 'recorded' || isMoment(value)),
}
const REVOKED: Rule = {
  expected: 'keep or drop',
  holds: isAbsentOr((value) => value === 'keep' || value === 'drop'),
}

/** The rules of keys. Where `undefined` breaks the rule, the caller lost a value. */
const RULES: Readonly<Record<string, Rule>> = {
  ...{ userId: ID, clientId: ID, status: STATUS, afterSession: ENTRY },
  ...{ limit: COUNT, offset: COUNT },
  ...{ currentSessionId: SESSION_ID_OR_NONE, impersonated: WHICH },
  ...{ at: CLOCK, asOf: MOMENT, knownAt: MOMENT, revoked: REVOKED },
}

const isMomentInSeconds = (key: string, value: unknown): boolean =>
  MOMENT_KEYS.some((moment) => moment === key) && looksLikeSeconds(Number(value))

const problemWith = (key: string, value: unknown): string | null => {
  const rule = RULES[key]
  if (rule === undefined) return null
  if (rule.holds(value)) {
    return isMomentInSeconds(key, value)
      ? `${key} looks like seconds. Give epoch milliseconds: multiply it by 1000.`
      : null
  }
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
