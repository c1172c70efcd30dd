/**
 * The contract's events, written a second time and as plainly as possible: which payloads are valid, and
 * how they are read. It shares no code with the library.
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

/** A documented Session as read: times in milliseconds, keys in the documented order. */
export type Session = Readonly<
  Record<'id' | 'user_id' | 'client_id' | 'status', string> &
    Record<'last_active_at' | 'expire_at' | 'abandon_at' | 'updated_at' | 'created_at', number>
>
/** The client itself, as an observation has it. */
export type Client = Readonly<
  Record<'id', string> &
    Record<'sign_in_id' | 'sign_up_id' | 'last_active_session_id', string | null> &
    Record<'last_authentication_strategy', string | null> &
    Record<'updated_at' | 'created_at', number>
>
export interface Version {
  readonly saidAt: number
  readonly session: Session
}
export interface Observation {
  readonly saidAt: number
  readonly client: Client
}
export interface Records {
  readonly versions: Version[]
  readonly observations: Observation[]
}

// ---- The contract, events: which payloads are valid. An invalid one is refused whole. ----
export const LIVE = ['active', 'pending']
export const OVER = ['ended', 'expired', 'replaced', 'abandoned', 'revoked']
/** From the least severe to the most severe. */
export const STATUSES = [...LIVE, ...OVER, 'removed']
const SESSION_TYPES = [
  'session.created',
  'session.pending',
  'session.ended',
  'session.removed',
  'session.revoked',
]
const OBSERVATION_TYPE = 'client.observed'

/** An object is never an array and never an instance of a class. */
const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)

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

const is =
  (expected: string): Check =>
  (value) =>
    value === expected
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const nullable =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)
const arrayOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && Array.from(value).every(check)
const isString: Check = (value) => typeof value === 'string'
const isNonEmptyString: Check = (value) => typeof value === 'string' && value !== ''
const isBoolean: Check = (value) => typeof value === 'boolean'
/** Until the year 9999: what is greater is in microseconds, or garbage. */
const isTime: Check = (value) =>
  Number.isSafeInteger(value) &&
  (value as number) >= 0 &&
  (value as number) < Date.UTC(10_000, 0, 1)
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
  tasks: optional(nullable(isTasks)),
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
  created_at: isTime,
}

/** The keys of the envelope; its `type` decides which `data` it must hold. */
const ENVELOPE_KEYS: Keys = {
  object: optional(is('event')),
  type: isString,
  timestamp: optional(isTime),
  instance_id: optional(nullable(isString)),
  event_attributes: optional(nullable(isJsonObject)),
  id: optional(isNonEmptyString),
  recorded_at: optional(isTime),
  data: isPlain,
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
  return Object.fromEntries(entries) as object
}
const readSession = (data: Plain): Session => read(data, SESSION_KEYS) as Session
/** The strategy may be absent and then reads as null. */
const readClient = (data: Plain): Client =>
  ({ last_authentication_strategy: null, ...read(data, CLIENT_KEYS) }) as Client

/** A session event has one version; an observation has one of each of its sessions. */
const versionsIn = (event: Plain): Version[] => {
  const sessions = isObservation(event) ? sessionsOf(dataOf(event)) : [dataOf(event)]
  return sessions.map((session) => ({ saidAt: saidAtOf(event), session: readSession(session) }))
}

const observationsIn = (event: Plain): Observation[] =>
  isObservation(event) ? [{ saidAt: saidAtOf(event), client: readClient(dataOf(event)) }] : []

/** Time travel: `knownAt` chooses events, `asOf` single session versions and observations. */
export const recordsThatTakePart = (
  payloads: ReadonlyArray<unknown>,
  options: NaiveOptions,
): Records => {
  const { asOf = Infinity, knownAt = Infinity } = options
  const accepted = payloads.filter((payload): payload is Plain => naiveAccepts(payload))
  const events = accepted.filter((event) => knownSince(event) <= knownAt)
  return {
    versions: events.flatMap(versionsIn).filter(({ session }) => session.updated_at <= asOf),
    observations: events.flatMap(observationsIn).filter(({ client }) => client.updated_at <= asOf),
  }
}
