import { StoreUnavailable, type UnavailableReason } from '../../event-store/store-error.js'

/** What is asked of an error of the driver or of the server: never its text, which may quote values. */
interface Described {
  readonly code: string
  readonly message: string
  readonly place: string
}

const describe = (error: unknown): Described => {
  const { code, address, port } = error as Partial<Record<'code' | 'address' | 'port', unknown>>
  const [first] = error instanceof AggregateError ? (error.errors as ReadonlyArray<unknown>) : []
  if (first !== undefined) return describe(first)
  const isLocal = typeof address === 'string' && typeof port !== 'number'
  return {
    code: typeof code === 'string' ? code : '',
    message: error instanceof Error ? error.message : '',
    place:
      typeof address !== 'string'
        ? ''
        : isLocal
          ? ` at ${address}`
          : ` at ${address}:${String(port)}`,
  }
}

type Finding = readonly [UnavailableReason, string]

/** Codes of the server (https://www.postgresql.org/docs/current/errcodes-appendix.html) and of the system. */
const FINDINGS: ReadonlyArray<readonly [RegExp, ...Finding]> = [
  [/^(28P01|28000)$/, 'denied', 'PostgreSQL refuses the role or its password'],
  [/^42501$/, 'denied', 'the role lacks rights that the store needs'],
  [/^25006$/, 'denied', 'the database is read-only'],
  [/^3D000$/, 'unreachable', 'the server has no such database'],
  [/^53300$/, 'busy', 'PostgreSQL takes no more connections'],
  [/^(55P03|57014|25P0[34]|53200)$/, 'busy', 'PostgreSQL did not come to it in time'],
  [/^(40001|40P01|23505)$/, 'busy', 'others wrote the same at the same time, again and again'],
  [/^(53100|53000|58\w\w\w|XX00[12])$/, 'storage', 'the disk of PostgreSQL is full, or failed'],
  [/^(42P01|42883|42703|3F000)$/, 'foreign', 'the schema is no event store, or no longer one'],
  [/^(42P07|42723|42P06)$/, 'foreign', 'the schema holds other tables already'],
  [/^(57P0\d|08\w\w\w)$/, 'unreachable', 'the connection to PostgreSQL broke off'],
  [/^(ECONNRESET|EPIPE)$/, 'unreachable', 'the connection to PostgreSQL broke off'],
  [/^[0-9A-Z]{5}$/, 'storage', 'PostgreSQL could not do it'],
]

const findingOf = ({ code, message, place }: Described): Finding => {
  const found = FINDINGS.find(([pattern]) => pattern.test(code))
  if (found !== undefined) return [found[1], `${found[2]} (${code})`]
  if (code !== '') return ['unreachable', `no PostgreSQL server answers${place} (${code})`]
  // What the driver itself throws has no code.
  if (message.startsWith('SASL')) return ['denied', 'PostgreSQL asks for a password']
  if (message.includes('after calling end')) return ['closed', 'the pool was ended']
  if (message.startsWith('timeout exceeded')) return ['busy', 'no connection came free in time']
  if (/read timeout/i.test(message)) return ['busy', 'PostgreSQL did not answer in time']
  if (/connect/i.test(message)) return ['unreachable', 'the connection to PostgreSQL broke off']
  return ['unreachable', 'PostgreSQL cannot be used']
}

/** The error of the driver or the server as the store's, with that as its cause. */
export const unavailable = (error: unknown): StoreUnavailable =>
  new StoreUnavailable(...findingOf(describe(error)), error)

/** True if the same may succeed when it is tried again at once: 23505 is an event id taken meanwhile. */
export const isTransient = (error: unknown): boolean =>
  /^(40001|40P01|23505)$/.test(describe(error).code)

/** True if something between us and the server does not keep prepared statements: an older PgBouncer. */
export const hasLostStatement = (error: unknown): boolean =>
  /^(26000|42P05)$/.test(describe(error).code)

/** True if the connection is as good as before the error. */
export const isHarmless = (error: unknown): boolean => {
  const { code } = describe(error)
  return /^[0-9A-Z]{5}$/.test(code) && !/^(57P|08|XX)/.test(code)
}

/** To be thrown where somebody else was faster and the work is to be tried again. */
export const takenMeanwhile = (): Error =>
  Object.assign(new Error('an event id was taken meanwhile'), { code: '40001' })
