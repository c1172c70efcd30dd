import { Option } from 'commander'
import { CommandFailure } from './command-failure.js'
import { printable } from './printable.js'

/** Where a store is. */
export type StorePlace =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgres'; readonly url: string }

/** The message never quotes the URL, which may contain a password. */
const refuse = (problem: string): never => {
  throw new CommandFailure(
    `the store URL is invalid: ${problem}; use --store sqlite:PATH or --store postgres://role@host/database`,
  )
}

const sqlitePath = (rest: string): string => {
  // As in every URL: two slashes, an empty host, and the path from the root.
  const path = rest.startsWith('//') ? rest.slice(2) : rest
  if (path === '') return refuse('it names no file')
  if (path !== rest && !path.startsWith('/')) {
    return refuse('a SQLite file is not on a host, and an absolute path begins with sqlite:///')
  }
  if (path === ':memory:') return refuse('a store in memory would end with the command')
  return path
}

/**
 * Reads the URL of a store: `sqlite:clients.db`, `sqlite:/var/clients.db`, `sqlite:///var/clients.db`,
 * `postgres://…` or `postgresql://…`.
 *
 * @throws CommandFailure if the URL is invalid.
 */
export const parseStoreUrl = (url: string): StorePlace => {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/s.exec(url) ?? []
  switch (scheme) {
    case 'sqlite':
      return { engine: 'sqlite', path: sqlitePath(rest) }
    case 'postgres':
    case 'postgresql':
      return rest.startsWith('//') && URL.canParse(url)
        ? { engine: 'postgres', url }
        : refuse('it is not a PostgreSQL URL')
    default:
      return refuse('it does not begin with sqlite: or postgres:')
  }
}

/** How messages name the store of a URL. The URL of a server is not shown: it may contain a password. */
export const storeNameOf = (url: string): string => {
  const place = parseStoreUrl(url)
  return place.engine === 'sqlite'
    ? `the SQLite file ${printable(place.path)}`
    : 'the PostgreSQL store'
}

/** The option that names the store. The command parses its value, because the option parser would quote it. */
export const storeOption = (): Option =>
  new Option('--store <URL>', 'the event store: sqlite:PATH or postgres://role@host/database')
    .env('CLIENTFOLD_STORE')
    .default('sqlite:clients.db')

/** The arguments of every command that works on a store. */
export interface StoreArguments {
  readonly store: string
}
