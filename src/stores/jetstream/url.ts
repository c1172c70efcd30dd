import { StoreUnavailable } from '../../event-store/store-error.js'

/** The names of streams: they are a part of subjects, and of the name of the stream of notes. */
const STREAM = /^[A-Za-z0-9_-]{1,100}$/

/** Who a connection belongs to. */
export interface NatsUser {
  readonly user: string | undefined
  readonly password: string | undefined
  /** The file with the credentials of a user. */
  readonly credentials: string | undefined
}

/** What the URL of a store says. */
export interface JetStreamUrl extends NatsUser {
  readonly servers: ReadonlyArray<string>
  /** A user of the system account, to which each server shows how it syncs. */
  readonly system: NatsUser | undefined
  readonly stream: string
  /** How many servers keep a copy of a stream that is created. */
  readonly replicas: number
  /** Whether the operator says that each server syncs each write to its disk. */
  readonly syncsAlways: boolean
}

const refuse = (message: string): never => {
  throw new StoreUnavailable('unreachable', `the URL of the JetStream store ${message}`)
}

const PARAMETERS: ReadonlySet<string> = new Set(['replicas', 'sync', 'creds', 'system'])

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return refuse('has an invalid user or password: encode special characters with %')
  }
}

/** Reads `user:password`, or the path of a file of credentials. */
const systemUser = (text: string): NatsUser => {
  if (text.endsWith('.creds')) return { user: undefined, password: undefined, credentials: text }
  const [, user, password] = /^([^:]+):(.+)$/s.exec(text) ?? []
  if (user === undefined) {
    refuse('has an invalid system: write system=user:password or system=FILE.creds')
  }
  return { user, password, credentials: undefined }
}

/**
 * Reads the URL of a store. No message quotes the URL, which can hold a password.
 *
 * @throws StoreUnavailable if the URL is invalid, or has a parameter that would be ignored.
 */
export const parseJetStreamUrl = (text: string): JetStreamUrl => {
  const [, account, hosts = '', stream = '', query = ''] =
    /^nats:\/\/(?:([^@/?#]*)@)?([^@/?#]+)\/([^/?#]+)(?:\?([^#]*))?$/.exec(text) ?? []
  const servers = hosts.split(',')
  if (!STREAM.test(stream) || !servers.every((server) => /^[^\s,]+$/.test(server))) {
    return refuse('is invalid: write nats://host:port,host:port/STREAM')
  }
  const parameters = new URLSearchParams(query)
  for (const name of parameters.keys()) {
    if (PARAMETERS.has(name)) continue
    // A value with an & in it would show up as a name.
    const shown = /^\w{1,40}$/.test(name) ? ` ${name}` : ''
    refuse(`has a parameter${shown} that the store does not know: remove it`)
  }
  const sync = parameters.get('sync')
  if (sync !== null && sync !== 'always') {
    refuse('has an invalid sync: write sync=always if the server has sync_interval: always')
  }
  const syncsAlways = sync === 'always'
  const replicas = parameters.get('replicas') ?? (syncsAlways ? '1' : '3')
  if (!/^[1-5]$/.test(replicas)) refuse('has invalid replicas: write a number from 1 to 5')
  const system = parameters.get('system')
  const [user, password] = account?.split(/:(.*)/s) ?? []
  return {
    servers,
    user: user === undefined ? undefined : decoded(user),
    password: password === undefined ? undefined : decoded(password),
    credentials: parameters.get('creds') ?? undefined,
    system: system === null ? undefined : systemUser(system),
    stream,
    replicas: Number(replicas),
    syncsAlways,
  }
}
