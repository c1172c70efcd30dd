import { StoreUnavailable } from '../../event-store/store-error.js'

/**
 * The parameters of libpq (https://www.postgresql.org/docs/current/libpq-connect.html) that the driver
 * honours in a URL. `ssl` and `uselibpqcompat` are the driver's own.
 */
const DRIVER_PARAMETERS: ReadonlySet<string> = new Set([
  'application_name',
  'client_encoding',
  'fallback_application_name',
  'host',
  'options',
  'password',
  'port',
  'ssl',
  'sslcert',
  'sslkey',
  'sslmode',
  'sslnegotiation',
  'sslrootcert',
  'uselibpqcompat',
  'user',
])

/** The names of schemas that need no quotes. */
export const SCHEMA = /^(?!pg_)[a-z_][a-z0-9_]{0,62}$/

/** What the URL of a store says. */
export interface PostgresUrl {
  /** The URL for the driver, without the parameters below. */
  readonly connectionString: string
  readonly schema: string | undefined
  /** How long connecting may take, in milliseconds. */
  readonly connectMilliseconds: number | undefined
}

const refuse = (message: string): never => {
  throw new StoreUnavailable('unreachable', `the URL of the PostgreSQL store ${message}`)
}

/**
 * Reads the URL of a store. No message quotes the URL, which can hold a password.
 *
 * @throws StoreUnavailable if the URL is invalid, or has a parameter that would be ignored.
 */
export const parsePostgresUrl = (text: string): PostgresUrl => {
  // Checked here, because the parser's own error would quote the URL with its password.
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) {
    return refuse('is invalid: write postgres://role@host/database')
  }
  const url = new URL(text)
  const names = [...url.searchParams.keys()]
  for (const name of names) {
    if (names.indexOf(name) !== names.lastIndexOf(name)) refuse(`has ${name} twice`)
    if (name === 'schema' || name === 'connect_timeout' || DRIVER_PARAMETERS.has(name)) continue
    // A value with an & in it would show up as a name.
    const shown = /^\w{1,40}$/.test(name) ? ` ${name}` : ''
    refuse(`has a parameter${shown} that the store does not know: remove it`)
  }
  const schema = url.searchParams.get('schema') ?? undefined
  const connectTimeout = url.searchParams.get('connect_timeout') ?? undefined
  if (schema !== undefined && !SCHEMA.test(schema)) {
    refuse('has an invalid schema: write 1 to 63 characters of a-z, 0-9 and _')
  }
  if (connectTimeout !== undefined && !/^\d{1,4}$/.test(connectTimeout)) {
    refuse('has an invalid connect_timeout: write a number of seconds')
  }
  if (schema === undefined && connectTimeout === undefined) {
    return { connectionString: text, schema, connectMilliseconds: undefined }
  }
  url.searchParams.delete('schema')
  url.searchParams.delete('connect_timeout')
  return {
    connectionString: url.href,
    schema,
    connectMilliseconds: connectTimeout === undefined ? undefined : Number(connectTimeout) * 1000,
  }
}
