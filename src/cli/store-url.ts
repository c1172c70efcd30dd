import { Option } from 'commander'
import { CommandFailure } from './command-failure.js'
import { printable } from './printable.js'

/** How a SQLite file is opened: only for reading, for writing, or created if it is missing. */
export type SqliteMode = 'ro' | 'rw' | 'rwc'

/** Where a store is. */
export type StorePlace =
  | { readonly engine: 'sqlite'; readonly path: string; readonly mode?: SqliteMode | undefined }
  | { readonly engine: 'postgres'; readonly url: string }
  | { readonly engine: 'jetstream'; readonly url: string }

/** The message never quotes the URL, which may contain a password. */
const refuse = (problem: string): never => {
  throw new CommandFailure(
    `the store URL is invalid: ${problem}; use --store sqlite:PATH, --store postgres://role@host/database or --store nats://host/STREAM`,
  )
}

const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return refuse('a % is followed by no hexadecimal code of UTF-8: write %25 for the character %')
  }
}

const modeOf = (query: string): SqliteMode | undefined => {
  const parameters = [...new URLSearchParams(query)]
  const unknown = parameters.find(([name]) => name !== 'mode')
  if (unknown !== undefined) {
    return refuse(
      `the parameter ${printable(unknown[0])} is unknown, and only mode is known (write %3F for the character ?)`,
    )
  }
  if (parameters.length > 1) return refuse('the parameter mode is present more than once')
  const mode = parameters[0]?.[1]
  if (mode === undefined || mode === 'ro' || mode === 'rw' || mode === 'rwc') return mode
  return refuse('mode is ro (only read), rw (read and write) or rwc (create it if it is missing)')
}

const sqlitePlace = (rest: string, scheme: string): StorePlace => {
  const [, location = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(rest) ?? []
  if (rest.includes('#'))
    return refuse('a part after # has no meaning: write %23 for the character #')
  // As in every URL: two slashes, an empty host, and the path from the root.
  const encoded = location.startsWith('//') ? location.slice(2) : location
  if (encoded === '') return refuse('it names no file')
  if (encoded !== location && !encoded.startsWith('/')) {
    return refuse(`a SQLite file is not on a host, and an absolute path begins with ${scheme}:///`)
  }
  const path = decodePath(encoded)
  if (path === ':memory:') return refuse('a store in memory would end with the command')
  if (path.includes('\0')) return refuse('a path has no NUL character')
  return { engine: 'sqlite', path, mode: modeOf(query) }
}

/**
 * Reads the URL of a store: `sqlite:clients.db`, `sqlite:/var/clients.db`, `sqlite:///var/clients.db`,
 * the same with `file:`, `postgres://…`, `postgresql://…` or `nats://…`. As in every URL, `%20` is a space.
 *
 * @throws CommandFailure if the URL is invalid.
 */
export const parseStoreUrl = (url: string): StorePlace => {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/s.exec(url) ?? []
  switch (scheme) {
    case 'sqlite':
    case 'file':
      return sqlitePlace(rest, scheme)
    case 'postgres':
    case 'postgresql':
      return rest.startsWith('//') && URL.canParse(url)
        ? { engine: 'postgres', url }
        : refuse('it is not a PostgreSQL URL')
    case 'nats':
      return { engine: 'jetstream', url }
    default:
      return refuse('it does not begin with sqlite:, postgres: or nats:')
  }
}

/** How messages name the store of a URL. The URL of a server is not shown: it may contain a password. */
export const storeNameOf = (url: string): string => {
  const place = parseStoreUrl(url)
  switch (place.engine) {
    case 'sqlite':
      return `the SQLite file ${printable(place.path)}`
    case 'postgres':
      return 'the PostgreSQL store'
    case 'jetstream':
      return 'the JetStream store'
  }
}

/** The option that names the store. The command parses its value, because the option parser would quote it. */
export const storeOption = (): Option =>
  new Option(
    '--store <URL>',
    'the event store: sqlite:PATH, postgres://role@host/database or nats://host/STREAM',
  )
    .env('CLIENTFOLD_STORE')
    .default('sqlite:clients.db')

/** The arguments of every command that works on a store. */
export interface StoreArguments {
  readonly store: string
}
