import * as E from 'fp-ts/lib/Either.js'
import type { Page } from '../clients/listing.js'
import { momentOf, TIME_EXPECTED } from '../events/moment.js'
import { SESSION_STATUSES, type SessionStatus } from '../events/session.js'
import { projectionOf, type View } from '../projections/client-view.js'
import type { SessionFilter } from '../projections/sessions.js'
import { parameterInvalid, type Answer } from './api-error.js'

/** Reads a parameter of a query; undefined where it is absent. */
type Read<A> = (query: URLSearchParams) => E.Either<Answer, A | undefined>

const parameter =
  <A>(name: string, expected: string, parse: (text: string) => A | null): Read<A> =>
  (query) => {
    const values = query.getAll(name)
    const [text] = values
    if (text === undefined) return E.right(undefined)
    // One that stands there twice would be read differently by whoever stands in front.
    const value = values.length === 1 ? parse(text) : null
    return value === null ? E.left(parameterInvalid(name, expected)) : E.right(value)
  }

const integerIn =
  (least: number, most: number) =>
  (text: string): number | null => {
    const value = Number(text)
    return /^\d{1,16}$/.test(text) && value >= least && value <= most ? value : null
  }

const idText = (text: string): string | null => (text === '' ? null : text)

/** The bounds of Clerk's own lists. */
const [DEFAULT_LIMIT, MOST] = [10, 500]

const readLimit = parameter('limit', `an integer from 1 to ${MOST}`, integerIn(1, MOST))
const readOffset = parameter(
  'offset',
  'an integer of at least 0',
  integerIn(0, Number.MAX_SAFE_INTEGER),
)
const readPaginated = parameter('paginated', 'true or false', (text) =>
  text === 'true' ? true : text === 'false' ? false : null,
)
const readStatus = parameter<SessionStatus>(
  'status',
  `one of ${SESSION_STATUSES.join(', ')}`,
  (text) => SESSION_STATUSES.find((status) => status === text) ?? null,
)
const readClientId = parameter('client_id', 'the id of a client', idText)
const readUserId = parameter('user_id', 'the id of a user', idText)
const readAt = parameter('at', TIME_EXPECTED, momentOf)
const readAsOf = parameter('as_of', TIME_EXPECTED, momentOf)
const readKnownAt = parameter('known_at', TIME_EXPECTED, momentOf)

/** The values of several parameters, or the answer to the first that is none. */
const readAll = <A extends Readonly<Record<string, Read<unknown>>>>(
  query: URLSearchParams,
  reads: A,
): E.Either<
  Answer,
  { readonly [K in keyof A]: A[K] extends Read<infer V> ? V | undefined : never }
> => {
  const values: Record<string, unknown> = {}
  for (const [name, read] of Object.entries(reads)) {
    const value = read(query)
    if (E.isLeft(value)) return value
    values[name] = value.right
  }
  return E.right(values as never)
}

/**
 * From which moment is read. Without a moment the clock is now, so that what has expired reads so.
 *
 * @param now - epoch milliseconds
 */
export const readView = (query: URLSearchParams, now: number): E.Either<Answer, View> => {
  const view = readAll(query, { at: readAt, asOf: readAsOf, knownAt: readKnownAt })
  if (E.isLeft(view)) return view
  return E.right({ ...view.right, at: projectionOf(view.right).at ?? now })
}

/** A page, and whether the list comes with its length. */
export interface PageQuery extends Page {
  readonly isPaginated: boolean
}

/** Which part of a list is wanted. */
export const readPage = (query: URLSearchParams): E.Either<Answer, PageQuery> => {
  const page = readAll(query, { limit: readLimit, offset: readOffset, paginated: readPaginated })
  if (E.isLeft(page)) return page
  const { limit = DEFAULT_LIMIT, offset = 0, paginated = false } = page.right
  return E.right({ limit, offset, isPaginated: paginated })
}

/** Which sessions are wanted. */
export const readSessionFilter = (query: URLSearchParams): E.Either<Answer, SessionFilter> =>
  readAll(query, { clientId: readClientId, userId: readUserId, status: readStatus })
