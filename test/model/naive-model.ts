/**
 * The contract's fold and projections, written a second time and as plainly as possible: the oracle
 * of the property tests. It shares no code with the library, keeps every record it is given, and
 * finds each answer by filtering and sorting the whole list. It is slow on purpose.
 */
import {
  LIVE,
  OVER,
  recordsThatTakePart,
  STATUSES,
  type Client,
  type NaiveOptions,
  type Observation,
  type Records,
  type Session,
  type Version,
} from './naive-events.js'

export { naiveAccepts, type NaiveOptions } from './naive-events.js'

type SortKey = ReadonlyArray<number | string>

// ---- The contract, fold: the greatest version and the greatest observation. ----
/** The first difference decides; `<` on strings compares UTF-16 code units. */
const compare = (left: SortKey, right: SortKey): number => {
  const index = left.findIndex((part, position) => part !== right[position])
  if (index === -1) return 0
  return left[index]! < right[index]! ? -1 : 1
}
const ascending = <A>(items: ReadonlyArray<A>, keyOf: (item: A) => SortKey): A[] =>
  [...items].sort((left, right) => compare(keyOf(left), keyOf(right)))
const greatest = <A>(items: ReadonlyArray<A>, keyOf: (item: A) => SortKey): A | undefined =>
  ascending(items, keyOf).at(-1)
const distinct = (ids: ReadonlyArray<string>): string[] => [...new Set(ids)]

const isLive = ({ status }: Session): boolean => LIVE.includes(status)
/** Live comes before over, and over before removed. */
const stageOf = (session: Session): number =>
  isLive(session) ? 0 : OVER.includes(session.status) ? 1 : 2

const versionOrder = ({ saidAt, session }: Version): SortKey => {
  const severity = STATUSES.indexOf(session.status)
  return [stageOf(session), session.updated_at, saidAt, severity, JSON.stringify(session)]
}
/** The parts of {@link versionOrder}, by the names of their rules. */
const RULES = ['stage', 'updated_at', 'said', 'severity', 'text']

/** The rule by which one version of a session beats another. */
export const naiveDecidingRule = (left: unknown, right: unknown): string | undefined => {
  const [one, other] = [versionOrder(left as Version), versionOrder(right as Version)]
  return RULES[one.findIndex((part, position) => part !== other[position])]
}

const observationOrder = ({ saidAt, client }: Observation): SortKey => {
  const { sign_in_id, sign_up_id, last_active_session_id, last_authentication_strategy } = client
  const content = [sign_in_id, sign_up_id, last_active_session_id, last_authentication_strategy]
  return [client.updated_at, saidAt, JSON.stringify(content)]
}

/** For every session id ever seen, the greatest version of it. */
const foldSessions = (versions: ReadonlyArray<Version>): Session[] =>
  distinct(versions.map(({ session }) => session.id)).map((id) => {
    const ofSession = versions.filter(({ session }) => session.id === id)
    return greatest(ofSession, versionOrder)!.session
  })

// ---- The contract, projection: the documented object. ----
/** The clock is `at`, else `asOf`; without one, statuses read as recorded. */
const readByClock = (session: Session, options: NaiveOptions): Session => {
  const clock = options.at ?? options.asOf
  if (clock === undefined || !isLive(session)) return session
  if (session.expire_at <= clock) return { ...session, status: 'expired' }
  if (session.abandon_at <= clock) return { ...session, status: 'abandoned' }
  return session
}

const creationOrder = ({ created_at, id }: Session): SortKey => [created_at, id]
/** The session to which the greatest observation points was active when that was observed. */
const activityOrder = (session: Session, seen: Client | undefined): SortKey => {
  const { last_active_at, created_at, id } = session
  const pointedTo = seen?.last_active_session_id === id
  return [pointedTo ? Math.max(last_active_at, seen.updated_at) : last_active_at, created_at, id]
}

/** The ten documented keys in their order. */
const project = (id: string, records: Records, options: NaiveOptions): object => {
  const seen = greatest(records.observations, observationOrder)?.client
  const unlisted = options.revoked === 'drop' ? ['removed', 'revoked'] : ['removed']
  const listed = foldSessions(records.versions).filter(({ status }) => !unlisted.includes(status))
  const byClock = listed.map((session) => readByClock(session, options))
  const sessions = ascending(byClock, creationOrder)
  const lastActive = greatest(sessions.filter(isLive), (session) => activityOrder(session, seen))
  const ofSessions = records.versions.map(({ session }) => session)
  const everything = [...ofSessions, ...records.observations.map(({ client }) => client)]
  return {
    object: 'client',
    id,
    session_ids: sessions.map((session) => session.id),
    sessions,
    sign_in_id: seen?.sign_in_id ?? null,
    sign_up_id: seen?.sign_up_id ?? null,
    last_active_session_id: lastActive?.id ?? null,
    last_authentication_strategy: seen?.last_authentication_strategy ?? null,
    updated_at: Math.max(...everything.map(({ updated_at }) => updated_at)),
    created_at: Math.min(...everything.map(({ created_at }) => created_at)),
  }
}

/** The JSON text of the documented Client, by client id, of every client that exists. */
export function naiveClients(
  payloads: ReadonlyArray<unknown>,
  options: NaiveOptions = {},
): Map<string, string> {
  const { versions, observations } = recordsThatTakePart(payloads, options)
  const ofSessions = versions.map(({ session }) => session.client_id)
  const observed = observations.map(({ client }) => client.id)
  const texts = distinct([...ofSessions, ...observed]).map((id): [string, string] => {
    const ofClient: Records = {
      versions: versions.filter(({ session }) => session.client_id === id),
      observations: observations.filter(({ client }) => client.id === id),
    }
    return [id, JSON.stringify(project(id, ofClient, options))]
  })
  return new Map(texts)
}

/** A user's sessions, or all, over all clients: newest first by creation, removed ones too. */
export function naiveSessions(
  payloads: ReadonlyArray<unknown>,
  filter: { userId?: string },
  options: NaiveOptions = {},
): string[] {
  const sessions = foldSessions(recordsThatTakePart(payloads, options).versions)
  const { userId } = filter
  const selected = sessions.filter(({ user_id }) => userId === undefined || user_id === userId)
  const newestFirst = ascending(selected, creationOrder).reverse()
  return newestFirst.map((session) => JSON.stringify(readByClock(session, options)))
}
