/**
 * The contract, written a second time and as plainly as possible: the oracle of the property tests.
 * It shares no code with the library, keeps every record it is given, and finds each answer by
 * filtering and sorting the whole list. It is slow on purpose.
 */

export interface NaiveOptions {
  at?: number
  asOf?: number
  knownAt?: number
  revoked?: 'keep' | 'drop'
}

type Plain = Readonly<Record<string, unknown>>
type Check = (value: unknown) => boolean
type Keys = Readonly<Record<string, Check>>
type SortKey = readonly (number | string)[]

/** A documented Session as read: times in milliseconds, keys in the documented order. */
type Session = Readonly<
  Record<'id' | 'user_id' | 'client_id' | 'status', string> &
    Record<'last_active_at' | 'expire_at' | 'abandon_at' | 'updated_at' | 'created_at', number>
>
/** What an observation says of the client itself. */
type Client = Readonly<
  Record<'id', string> &
    Record<'sign_in_id' | 'sign_up_id' | 'last_active_session_id', string | null> &
    Record<'last_authentication_strategy', string | null> &
    Record<'updated_at' | 'created_at', number>
>
interface Version { readonly saidAt: number; readonly session: Session }
interface Observation { readonly saidAt: number; readonly client: Client }
interface Records { readonly versions: Version[]; readonly observations: Observation[] }

// ---- The contract, events: what fits. What does not fit is refused whole. ----
const LIVE = ['active', 'pending']
const OVER = ['ended', 'expired', 'replaced', 'abandoned', 'revoked']
/** From the least severe to the most severe. */
const STATUSES = [...LIVE, ...OVER, 'removed']
const SESSION_TYPES = [
  'session.created', 'session.pending', 'session.ended', 'session.removed', 'session.revoked'
]
const OBSERVATION_TYPE = 'client.observed'

/** An object is never an array and never an instance of a class. */
const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value))

/** A property that is absent and a property that is undefined read the same. */
const property = (object: Plain, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined

/** A kept value is JSON. An array or object is at the given level, what it holds one deeper. */
const isJson = (value: unknown, level: number): boolean => {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (level > 64) return false
  // Array.from turns the holes of a sparse array into undefined, which is not JSON.
  if (Array.isArray(value)) return Array.from(value).every((item) => isJson(item, level + 1))
  return isPlain(value) && Object.values(value).every((item) => isJson(item, level + 1))
}

const is = (expected: string): Check => (value) => value === expected
const optional = (check: Check): Check => (value) => value === undefined || check(value)
const nullable = (check: Check): Check => (value) => value === null || check(value)
const arrayOf = (check: Check): Check => (value) =>
  Array.isArray(value) && Array.from(value).every(check)
const isString: Check = (value) => typeof value === 'string'
const isNonEmptyString: Check = (value) => typeof value === 'string' && value !== ''
const isBoolean: Check = (value) => typeof value === 'boolean'
const isTime: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isStatus: Check = (value) => typeof value === 'string' && STATUSES.includes(value)
const isJsonObject: Check = (value) => isPlain(value) && isJson(value, 1)
const isTasks: Check = (value) => Array.isArray(value) && isJson(value, 1)
/** At least these keys; the other keys of an activity are kept too. */
const ACTIVITY_KEYS: Keys = { id: isString, object: isString, is_mobile: isBoolean }
const isLatestActivity: Check = (value) => isJsonObject(value) && fits(value, ACTIVITY_KEYS)

/** The keys of a session in the documented order; every other key is dropped. */
const SESSION_KEYS: Keys = {
  object: is('session'),
  id: isNonEmptyString,
  user_id: isNonEmptyString,
  client_id: isNonEmptyString,
  actor: optional(nullable(isJsonObject)),
  status: isStatus,
  last_active_organization_id: optional(nullable(isString)),
  last_active_at: isTime,
  latest_activity: optional(nullable(isLatestActivity)),
  expire_at: isTime,
  abandon_at: isTime,
  updated_at: isTime,
  created_at: isTime,
  tasks: optional(nullable(isTasks))
}

/** The keys of an observed client; `session_ids` is ignored altogether. */
const CLIENT_KEYS: Keys = {
  object: is('client'),
  id: isNonEmptyString,
  sessions: arrayOf((session) => fits(session, SESSION_KEYS)),
  sign_in_id: nullable(isString),
  sign_up_id: nullable(isString),
  last_active_session_id: nullable(isString),
  last_authentication_strategy: optional(nullable(isString)),
  updated_at: isTime,
  created_at: isTime
}

/** The keys of the envelope; which `data` it must hold is a question of its `type`. */
const ENVELOPE_KEYS: Keys = {
  object: optional(is('event')),
  type: isString,
  timestamp: optional(isTime),
  instance_id: optional(nullable(isString)),
  event_attributes: optional(nullable(isJsonObject)),
  id: optional(isNonEmptyString),
  recorded_at: optional(isTime),
  data: isPlain
}

const fits = (value: unknown, keys: Keys): value is Plain =>
  isPlain(value) && Object.entries(keys).every(([key, check]) => check(property(value, key)))

/** Each session of an observation must name the client that was observed. */
const fitsObservation = (data: unknown): boolean =>
  fits(data, CLIENT_KEYS) &&
  sessionsOf(data).every((session) => property(session, 'client_id') === property(data, 'id'))

/** Whether the contract accepts this payload as an event. */
export function naiveAccepts(payload: unknown): boolean {
  if (!fits(payload, ENVELOPE_KEYS)) return false
  if (isObservation(payload)) return fitsObservation(dataOf(payload))
  return SESSION_TYPES.includes(typeOf(payload)) && fits(dataOf(payload), SESSION_KEYS)
}

// ---- The contract, events: reading a payload that was accepted. ----
const typeOf = (event: Plain): string => property(event, 'type') as string
const dataOf = (event: Plain): Plain => property(event, 'data') as Plain
const sessionsOf = (data: Plain): Plain[] => property(data, 'sessions') as Plain[]
const isObservation = (event: Plain): boolean => typeOf(event) === OBSERVATION_TYPE

/** A time below 1e11 is seconds, wherever a time is read. Adding 0 makes 0 of -0. */
const milliseconds = (time: unknown): number =>
  ((time as number) < 1e11 ? (time as number) * 1000 : (time as number)) + 0

/** An event was said at its `timestamp`, else at `data.updated_at`. */
const saidAtOf = (event: Plain): number =>
  milliseconds(property(event, 'timestamp') ?? property(dataOf(event), 'updated_at'))

/** An event without `recorded_at` counts as known since it was said. */
const knownSince = (event: Plain): number => {
  const recordedAt = property(event, 'recorded_at')
  return recordedAt === undefined ? saidAtOf(event) : milliseconds(recordedAt)
}

/** The keys in their order; what is absent stays absent, what is null stays null. */
const read = (data: Plain, keys: Keys): object => {
  const present = Object.entries(keys).filter(([key]) => property(data, key) !== undefined)
  const entries = present.map(([key, check]) => {
    const value = property(data, key)
    return [key, check === isTime ? milliseconds(value) : value]
  })
  return Object.fromEntries(entries)
}
const readSession = (data: Plain): Session => read(data, SESSION_KEYS) as Session
/** The strategy may be absent and then reads as null. */
const readClient = (data: Plain): Client =>
  ({ last_authentication_strategy: null, ...read(data, CLIENT_KEYS) }) as Client

/** A session event says one version; an observation says one of each of its sessions. */
const versionsIn = (event: Plain): Version[] => {
  const said = isObservation(event) ? sessionsOf(dataOf(event)) : [dataOf(event)]
  return said.map((session) => ({ saidAt: saidAtOf(event), session: readSession(session) }))
}

const observationsIn = (event: Plain): Observation[] =>
  isObservation(event) ? [{ saidAt: saidAtOf(event), client: readClient(dataOf(event)) }] : []

/** Time travel: `knownAt` chooses events, `asOf` single session versions and observations. */
const recordsThatTakePart = (payloads: readonly unknown[], options: NaiveOptions): Records => {
  const { asOf = Infinity, knownAt = Infinity } = options
  const accepted = payloads.filter((payload): payload is Plain => naiveAccepts(payload))
  const known = accepted.filter((event) => knownSince(event) <= knownAt)
  return {
    versions: known.flatMap(versionsIn).filter(({ session }) => session.updated_at <= asOf),
    observations: known.flatMap(observationsIn).filter(({ client }) => client.updated_at <= asOf)
  }
}

// ---- The contract, fold: the greatest version and the greatest observation. ----
/** The first difference decides; `<` on strings compares UTF-16 code units. */
const compare = (left: SortKey, right: SortKey): number => {
  const index = left.findIndex((part, position) => part !== right[position])
  if (index === -1) return 0
  return left[index]! < right[index]! ? -1 : 1
}
const ascending = <A>(items: readonly A[], keyOf: (item: A) => SortKey): A[] =>
  [...items].sort((left, right) => compare(keyOf(left), keyOf(right)))
const greatest = <A>(items: readonly A[], keyOf: (item: A) => SortKey): A | undefined =>
  ascending(items, keyOf).at(-1)
const distinct = (ids: readonly string[]): string[] => [...new Set(ids)]

const isLive = ({ status }: Session): boolean => LIVE.includes(status)
/** Live comes before over, and over before removed. */
const stageOf = (session: Session): number =>
  isLive(session) ? 0 : OVER.includes(session.status) ? 1 : 2

const versionOrder = ({ saidAt, session }: Version): SortKey => {
  const severity = STATUSES.indexOf(session.status)
  return [stageOf(session), session.updated_at, saidAt, severity, JSON.stringify(session)]
}
const observationOrder = ({ saidAt, client }: Observation): SortKey => {
  const { sign_in_id, sign_up_id, last_active_session_id, last_authentication_strategy } = client
  const said = [sign_in_id, sign_up_id, last_active_session_id, last_authentication_strategy]
  return [client.updated_at, saidAt, JSON.stringify(said)]
}

/** For every session id ever seen, the greatest version of it. */
const foldSessions = (versions: readonly Version[]): Session[] =>
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
  const pointedTo = seen !== undefined && seen.last_active_session_id === id
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
    created_at: Math.min(...everything.map(({ created_at }) => created_at))
  }
}

/** The JSON text of the documented Client, by client id, of every client that exists. */
export function naiveClients(
  payloads: readonly unknown[],
  options: NaiveOptions = {}
): Map<string, string> {
  const { versions, observations } = recordsThatTakePart(payloads, options)
  const ofSessions = versions.map(({ session }) => session.client_id)
  const observed = observations.map(({ client }) => client.id)
  const texts = distinct([...ofSessions, ...observed]).map((id): [string, string] => {
    const ofClient: Records = {
      versions: versions.filter(({ session }) => session.client_id === id),
      observations: observations.filter(({ client }) => client.id === id)
    }
    return [id, JSON.stringify(project(id, ofClient, options))]
  })
  return new Map(texts)
}

/** A user's sessions, or all, over all clients: newest first by creation, removed ones too. */
export function naiveSessions(
  payloads: readonly unknown[],
  filter: { userId?: string },
  options: NaiveOptions = {}
): string[] {
  const sessions = foldSessions(recordsThatTakePart(payloads, options).versions)
  const { userId } = filter
  const wanted = sessions.filter(({ user_id }) => userId === undefined || user_id === userId)
  const newestFirst = ascending(wanted, creationOrder).reverse()
  return newestFirst.map((session) => JSON.stringify(readByClock(session, options)))
}
