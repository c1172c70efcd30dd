import { openClients } from '../clients/clients.js'
import type { EventStore } from '../event-store/event-store.js'
import { CommandFailure } from './command-failure.js'
import { withStore, type StoreNeeds } from './open-store.js'
import { parseStoreUrl } from './store-url.js'
import type { ViewsArguments } from './views-option.js'

const checkViewsUrl = ({ store, views = '' }: ViewsArguments): void => {
  if (views === store) {
    throw new CommandFailure(
      '--views names the store itself, where the views are without it: leave --views out, or name another database',
    )
  }
  try {
    parseStoreUrl(views)
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error
    throw new CommandFailure(`--views is wrong: ${error.message}`)
  }
}

/**
 * Opens a store, and the database of its views if that is another one, which is created if it does not exist:
 * everything in it is made of the log.
 */
export const withStoreAndViews = async <A>(
  urls: ViewsArguments,
  needs: StoreNeeds,
  work: (store: EventStore, viewsStore: EventStore | undefined) => Promise<A>,
): Promise<A> => {
  const { store: url, views } = urls
  if (views === undefined) return withStore(url, needs, (store) => work(store, undefined))
  checkViewsUrl(urls)
  const readOnly = needs.readOnly === true
  return withStore(views, { mustExist: readOnly, readOnly }, (viewsStore) =>
    withStore(url, needs, (store) => work(store, viewsStore)),
  )
}

/** The option of `openClients` for the place of the views. */
export const viewsIn = (viewsStore: EventStore | undefined) =>
  viewsStore?.sql === undefined ? {} : { viewsIn: viewsStore.sql }

/** Removes the bytes of what was erased from the files of a store and of its views. */
export const scrubWithViews = async (
  store: EventStore,
  viewsStore: EventStore | undefined,
): Promise<void> => {
  const onWait = (milliseconds: number): void => {
    process.stderr.write(
      `waiting ${Math.ceil(milliseconds / 1000)} s, until the servers have shortened the logs of their replication, which still hold what was erased\n`,
    )
  }
  await openClients({ store, ...viewsIn(viewsStore) }).scrub({ onWait })
  await viewsStore?.scrub()
}
