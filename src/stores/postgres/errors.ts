import { StoreUnavailable, type UnavailableReason } from '../../event-store/store-error.js'

/** The parts of an error that decide its reason. The message can quote values, and is never shown. */
interface ErrorDetails {
  readonly code: string
  readonly message: string
  readonly address: string
}

const detailsOf = (error: unknown): ErrorDetails => {
  const { code, address, port } = error as Partial<Record<'code' | 'address' | 'port', unknown>>
  const [first] = error instanceof AggregateError ? (error.errors as ReadonlyArray<unknown>) : []
  if (first !== undefined) return detailsOf(first)
  const isLocal = typeof address === 'string' && typeof port !== 'number'
  return {
    code: typeof code === 'string' ? code : '',
    message: error instanceof Error ? error.message : '',
    address:
      typeof address !== 'string'
        ? ''
        : isLocal
          ? ` at ${address}`
          : ` at ${address}:${String(port)}`,
  }
}

type Diagnosis = readonly [UnavailableReason, string]

/** For codes of the server (https://www.postgresql.org/docs/current/errcodes-appendix.html) and of the system. */
const DIAGNOSES: ReadonlyArray<readonly [RegExp, ...Diagnosis]> = [
  [/^(28P01|28000)$/, 'denied', 'PostgreSQL refuses the role or its password'],
  [/^42501$/, 'denied', 'the role lacks rights that the store needs: see postgresGrants'],
  [/^25006$/, 'denied', 'the database is read-only'],
  [/^3D000$/, 'unreachable', 'the server has no such database'],
  [/^53300$/, 'busy', 'PostgreSQL takes no more connections'],
  [/^(55P03|57014|25P0[34]|53200)$/, 'busy', 'PostgreSQL did not finish in time'],
  [/^(40001|40P01|23505)$/, 'busy', 'other transactions wrote the same rows again and again'],
  [/^(53100|53000|58\w\w\w|XX00[12])$/, 'storage', 'the disk of PostgreSQL is full, or failed'],
  [/^(42P01|42883|42703|3F000)$/, 'foreign', 'the schema is not an event store, or no longer one'],
  [/^(42P07|42723|42P06)$/, 'foreign', 'the schema already holds other tables'],
  [/^(57P0\d|08\w\w\w)$/, 'unreachable', 'the connection to PostgreSQL broke'],
  [/^(ECONNRESET|EPIPE)$/, 'unreachable', 'the connection to PostgreSQL broke'],
  [/^[0-9A-Z]{5}$/, 'storage', 'PostgreSQL failed'],
]

const diagnosisOf = ({ code, message, address }: ErrorDetails): Diagnosis => {
  const diagnosis = DIAGNOSES.find(([pattern]) => pattern.test(code))
  if (diagnosis !== undefined) return [diagnosis[1], `${diagnosis[2]} (${code})`]
  if (code !== '') return ['unreachable', `no PostgreSQL server answers${address} (${code})`]
  // Errors of the driver itself have no code.
  if (message.startsWith('SASL')) return ['denied', 'PostgreSQL asks for a password']
  if (message.includes('after calling end')) return ['closed', 'the pool was ended']
  if (message.startsWith('timeout exceeded')) {
    return ['busy', 'no connection of the pool became free in time']
  }
  if (/read timeout/i.test(message)) return ['busy', 'PostgreSQL did not answer in time']
  if (/connect/i.test(message)) return ['unreachable', 'the connection to PostgreSQL broke']
  return ['unreachable', 'PostgreSQL cannot be used']
}

/** The error of the driver or the server as the port's error, with the original as its cause. */
export const unavailable = (error: unknown): StoreUnavailable =>
  new StoreUnavailable(...diagnosisOf(detailsOf(error)), error)

/** True if the same work may succeed at once. 23505: another transaction took an event id meanwhile. */
export const isTransient = (error: unknown): boolean =>
  /^(40001|40P01|23505)$/.test(detailsOf(error).code)

/** True if something between this process and the server forgets prepared statements: an older PgBouncer. */
export const hasLostStatement = (error: unknown): boolean =>
  /^(26000|42P05)$/.test(detailsOf(error).code)

/** True if the connection can still be used after the error. */
export const isHarmless = (error: unknown): boolean => {
  const { code } = detailsOf(error)
  return /^[0-9A-Z]{5}$/.test(code) && !/^(57P|08|XX)/.test(code)
}

/** A transient error: another transaction took an event id, so the work has to be tried again. */
export const eventIdTaken = (): Error =>
  Object.assign(new Error('another transaction took an event id'), { code: '40001' })
