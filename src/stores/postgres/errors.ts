import { StoreUnavailable, type UnavailableReason } from '../../event-store/store-error.js'

/** The parts of an error that decide its reason. The message can quote values, and is never shown. */
interface ErrorDetails {
  readonly code: string
  readonly message: string
  readonly address: string
  /** True if the system could not open a file. */
  readonly isAboutFile: boolean
}

const detailsOf = (error: unknown): ErrorDetails => {
  const { code, address, port, syscall } = (error ?? {}) as Partial<
    Record<'code' | 'address' | 'port' | 'syscall', unknown>
  >
  const [first] = error instanceof AggregateError ? (error.errors as ReadonlyArray<unknown>) : []
  if (first !== undefined) return detailsOf(first)
  const isLocal = typeof address === 'string' && typeof port !== 'number'
  return {
    code: typeof code === 'string' ? code : '',
    message: error instanceof Error ? error.message : '',
    isAboutFile: syscall === 'open',
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
  [/^25006$/, 'denied', 'the database is read-only: it is a standby, or was one a moment ago'],
  [/^3D000$/, 'unreachable', 'the server has no such database'],
  [/^53300$/, 'busy', 'PostgreSQL takes no more connections'],
  [/^(55P03|57014|25P0[34]|53200)$/, 'busy', 'PostgreSQL did not finish in time'],
  [/^(40001|40P01|23505)$/, 'busy', 'other transactions wrote the same rows again and again'],
  [/^(53100|53000|58\w\w\w|XX00[12])$/, 'storage', 'the disk of PostgreSQL is full, or failed'],
  [/^(42P01|42883|42703|3F000)$/, 'foreign', 'the schema is not an event store, or no longer one'],
  [/^(42P07|42723|42P06)$/, 'foreign', 'the schema already holds other tables'],
  [/^(57P0\d|08\w\w\w)$/, 'unreachable', 'the connection to PostgreSQL broke'],
  [/^(ECONNRESET|EPIPE)$/, 'unreachable', 'the connection to PostgreSQL broke'],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?)$/,
    'unreachable',
    'the certificate of the PostgreSQL server is not signed by a known authority: name the root certificate with sslrootcert=FILE in the URL',
  ],
  [
    /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    'unreachable',
    'the certificate of the PostgreSQL server has expired or is not valid yet: renew ssl_cert_file of the server, or set the clock',
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    'unreachable',
    'the certificate of the PostgreSQL server names another host: connect to a host that it names, or renew ssl_cert_file of the server',
  ],
  [
    /^(EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/,
    'unreachable',
    'the TLS connection to PostgreSQL failed: check sslmode in the URL, and ssl of the server',
  ],
  [/^[0-9A-Z]{5}$/, 'storage', 'PostgreSQL failed'],
]

const diagnosisOf = ({ code, message, address, isAboutFile }: ErrorDetails): Diagnosis => {
  if (isAboutFile) {
    return [
      'denied',
      `the file of sslrootcert, sslcert or sslkey in the URL cannot be read (${code})`,
    ]
  }
  if (code === '28000' && message.includes('no encryption')) {
    return [
      'denied',
      'PostgreSQL takes this role only over TLS: add sslmode=verify-full to the URL (28000)',
    ]
  }
  const diagnosis = DIAGNOSES.find(([pattern]) => pattern.test(code))
  if (diagnosis !== undefined) return [diagnosis[1], `${diagnosis[2]} (${code})`]
  if (code !== '') return ['unreachable', `no PostgreSQL server answers${address} (${code})`]
  // Errors of the driver itself have no code.
  if (message.startsWith('SASL')) return ['denied', 'PostgreSQL asks for a password']
  if (message.includes('after calling end')) return ['closed', 'the pool was ended']
  if (message.startsWith('timeout exceeded')) {
    return ['busy', 'no connection of the pool became free in time']
  }
  if (/read timeout/i.test(message)) return ['unreachable', 'PostgreSQL did not answer in time']
  if (message.includes('does not support SSL')) {
    return [
      'unreachable',
      'the PostgreSQL server has no TLS: set ssl = on in its postgresql.conf, or sslmode=disable in the URL',
    ]
  }
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

/**
 * True if the connection can still be used after the error. A server that says that it is read-only
 * may have been demoted, and then its connections stay read-only.
 */
export const isHarmless = (error: unknown): boolean => {
  if (error instanceof StoreUnavailable) return true
  const { code } = detailsOf(error)
  // Codes of the server have five characters. So has EPIPE, a code of the system.
  return /^[0-9A-Z]{5}$/.test(code) && !/^(57P|08|XX|25006|25P0[34]|EPIPE)/.test(code)
}

/** True if the server takes no writes: a standby, or a primary that was demoted. */
export const isReadOnly = (error: unknown): boolean => detailsOf(error).code === '25006'

/** True if the same work may succeed at once on another connection. */
export const hasLostConnection = (error: unknown): boolean => {
  const { code, message } = detailsOf(error)
  if (code === '') return /connection terminated unexpectedly|not queryable/i.test(message)
  return /^(57P0[1-5]|08(?!P01)\w\w\w|25006|ECONNRESET|EPIPE|EPROTO|ERR_SSL_\w+|ERR_STREAM_\w+)$/.test(
    code,
  )
}

/** True if something between this process and the server refuses the setting of a connection: PgBouncer. */
export const isSettingRefused = (error: unknown): boolean => {
  const { code, message } = detailsOf(error)
  return code === '08P01' && message.includes('startup parameter')
}

/** A transient error: another transaction took an event id, so the work has to be tried again. */
export const eventIdTaken = (): Error =>
  Object.assign(new Error('another transaction took an event id'), { code: '40001' })
