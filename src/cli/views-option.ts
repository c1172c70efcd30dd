import { Option } from 'commander'
import type { StoreArguments } from './store-url.js'

/** The arguments of every command that uses the views of a store. */
export interface ViewsArguments extends StoreArguments {
  readonly views?: string
}

/** The option that names another place for the views. */
export const viewsOption = (): Option =>
  new Option(
    '--views <URL>',
    'keep the views, from which lists are read, in a database of their own: sqlite:PATH or postgres://role@host/database',
  ).env('CLIENTFOLD_VIEWS')
