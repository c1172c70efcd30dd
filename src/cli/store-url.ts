import { Option } from 'commander'

/** Where a store is. */
export type StorePlace =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgres'; readonly url: string }

/** The URL names no store. The message never quotes it: it may hold a password. */
export class StoreUrlInvalid extends Error {
  override readonly name = 'StoreUrlInvalid'
}

const refuse = (why: string): never => {
  throw new StoreUrlInvalid(`${why}: --store takes sqlite:PATH or postgres://role@host/database`)
}

const sqlitePath = (rest: string): string => {
  // As every URL has it: two slashes, no host, and the path from the root.
  const path = rest.startsWith('//') ? rest.slice(2) : rest
  if (path === '') return refuse('the URL names no file')
  if (path !== rest && !path.startsWith('/')) return refuse('a SQLite file is on no host')
  if (path === ':memory:') return refuse('what is in memory does not outlast the command')
  return path
}

/**
 * Reads a URL of a store: `sqlite:clients.db`, `sqlite:/var/clients.db`, `sqlite:///var/clients.db`,
 * `postgres://…` or `postgresql://…`.
 *
 * @throws StoreUrlInvalid if it names no store.
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
        : refuse('the URL of PostgreSQL cannot be read')
    default:
      return refuse('the URL names no kind of store')
  }
}

/** The option that names the store. It is not parsed by the parser, which would quote it. */
export const storeOption = (): Option =>
  new Option('--store <URL>', 'where the events are: sqlite:PATH or postgres://…')
    .env('CLIENTFOLD_STORE')
    .default('sqlite:clients.db')

/** What every command on a store is given. */
export interface StoreArguments {
  readonly store: string
}
