import * as E from 'fp-ts/lib/Either.js'
import type { DevicesQuery } from '../clients/devices-query.js'
import type { ListQuery, SessionsQuery } from '../clients/query.js'
import type { Question } from '../clients/question.js'
import { momentOf, TIME_EXPECTED } from '../events/moment.js'
import { SESSION_STATUSES, type SessionStatus } from '../events/session.js'
import { parameterInvalid, parameterRepeated, parameterUnknown, type Answer } from './api-error.js'
import type { ChangeStreamQuery } from './change-stream.js'

/** A parameter of a URL's query. */
interface Parameter<A> {
  readonly name: string
  /** Completes the sentence "The parameter must be …". */
  readonly expected: string
  /** Null if the text has no such value. */
  readonly parse: (text: string) => A | null
}

const integerParameter = (
  name: string,
  expected: string,
  least: number,
  most: number,
): Parameter<number> => ({
  name,
  expected,
  parse: (text) => {
    const value = Number(text)
    return /^\d{1,16}$/.test(text) && value >= least && value <= most ? value : null
  },
})

const idParameter = (name: string, expected: string): Parameter<string> => ({
  name,
  expected,
  parse: (text) => (text === '' ? null : text),
})

const momentParameter = (name: string): Parameter<number> => ({
  name,
  expected: TIME_EXPECTED,
  parse: momentOf,
})

/** The bounds of Clerk's own lists. */
const [DEFAULT_LIMIT, MOST] = [10, 500]

const VIEW_PARAMETERS = {
  at: {
    name: 'at',
    expected: `${TIME_EXPECTED}, or recorded`,
    parse: (text) => (text === 'recorded' ? text : momentOf(text)),
  } satisfies Parameter<number | 'recorded'>,
  asOf: momentParameter('as_of'),
  knownAt: momentParameter('known_at'),
}

/** What `@clerk/backend` sends with each of its lists: always `paginated=true`, and these two. */
const PAGE_PARAMETERS = {
  limit: integerParameter('limit', `an integer from 1 to ${MOST}`, 1, MOST),
  offset: integerParameter('offset', 'an integer of at least 0', 0, Number.MAX_SAFE_INTEGER),
  isPaginated: {
    name: 'paginated',
    expected: 'true or false',
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : null),
  } satisfies Parameter<boolean>,
}

/** Ours: Clerk has no such parameter. */
const AFTER_SESSION = {
  name: 'after_session',
  expected: 'the created_at and the id of a session, with a point between',
  parse: (text) => {
    const [, time, id] = /^(\d{1,15})\.(.+)$/s.exec(text) ?? []
    return id === undefined ? null : { id, created_at: Number(time) }
  },
} satisfies Parameter<NonNullable<SessionsQuery['afterSession']>>

const FILTER_PARAMETERS = {
  clientId: idParameter('client_id', 'the id of a client'),
  userId: idParameter('user_id', 'the id of a user'),
  status: {
    name: 'status',
    expected: `one of ${SESSION_STATUSES.join(', ')}`,
    parse: (text) => SESSION_STATUSES.find((status) => status === text) ?? null,
  } satisfies Parameter<SessionStatus>,
  afterSession: AFTER_SESSION,
}

const IMPERSONATED = ['keep', 'drop', 'only'] as const

const DEVICE_PARAMETERS = {
  currentSessionId: idParameter('current_session_id', 'the id of a session'),
  impersonated: {
    name: 'impersonated',
    expected: `one of ${IMPERSONATED.join(', ')}`,
    parse: (text) => IMPERSONATED.find((which) => which === text) ?? null,
  } satisfies Parameter<(typeof IMPERSONATED)[number]>,
}

type Values<P> = { readonly [K in keyof P]?: P[K] extends Parameter<infer A> ? A : never }

/**
 * The values of the parameters that the URL has, or the answer to the first wrong one. An unknown
 * parameter is wrong: a misspelt filter that is ignored would answer every user's sessions.
 */
const readParameters = <P extends Readonly<Record<string, Parameter<unknown>>>>(
  query: URLSearchParams,
  parameters: P,
): E.Either<Answer, Values<P>> => {
  const names = Object.values(parameters).map(({ name }) => name)
  const unknown = [...query.keys()].find((name) => !names.includes(name))
  if (unknown !== undefined) return E.left(parameterUnknown(unknown, names))
  const values: Record<string, unknown> = {}
  for (const [key, { name, expected, parse }] of Object.entries(parameters)) {
    const [text, second] = query.getAll(name)
    if (text === undefined) continue
    // A proxy in front of this server may have read the other one.
    if (second !== undefined) return E.left(parameterRepeated(name))
    const value = parse(text)
    if (value === null) return E.left(parameterInvalid(name, expected))
    values[key] = value
  }
  return E.right(values as Values<P>)
}

/** Reads the query of one client or one session. */
export const readQuestion = (query: URLSearchParams): E.Either<Answer, Question> =>
  readParameters(query, VIEW_PARAMETERS)

/** Reads the query of the devices of a user. */
export const readDevicesQuery = (query: URLSearchParams): E.Either<Answer, DevicesQuery> =>
  readParameters(query, { ...DEVICE_PARAMETERS, ...VIEW_PARAMETERS })

/** Reads the query of a path that takes no parameters. */
export const readNoParameters = (query: URLSearchParams): E.Either<Answer, object> =>
  readParameters(query, {})

/** A question about a list, and whether the answer includes the length of the list. */
export interface ListRequest<Q extends ListQuery> {
  readonly query: Q
  readonly isPaginated: boolean
}

const listRequest = ({
  isPaginated = false,
  ...query
}: SessionsQuery & { readonly isPaginated?: boolean }): ListRequest<SessionsQuery> => ({
  query: { limit: DEFAULT_LIMIT, offset: 0, ...query },
  isPaginated,
})

/** Reads the query of a list of clients. */
export const readListQuery = (query: URLSearchParams): E.Either<Answer, ListRequest<ListQuery>> =>
  E.map(listRequest)(readParameters(query, { ...PAGE_PARAMETERS, ...VIEW_PARAMETERS }))

/** Reads the query of a list of sessions. */
export const readSessionsQuery = (
  query: URLSearchParams,
): E.Either<Answer, ListRequest<SessionsQuery>> => {
  const parameters = { ...FILTER_PARAMETERS, ...PAGE_PARAMETERS, ...VIEW_PARAMETERS }
  return E.map(listRequest)(readParameters(query, parameters))
}

/** Reads the query of a stream of changes. */
export const readChangesQuery = (query: URLSearchParams): E.Either<Answer, ChangeStreamQuery> =>
  readParameters(query, {
    after: idParameter('after', 'the position of a change'),
    userId: FILTER_PARAMETERS.userId,
    clientId: FILTER_PARAMETERS.clientId,
    heartbeat: integerParameter('heartbeat', 'milliseconds from 100 to 60000', 100, 60_000),
  })
