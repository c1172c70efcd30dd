import type { EventStore } from '../event-store/event-store.js'
import { StoreUnavailable } from '../event-store/store-error.js'
import { parseStoreUrl, type StorePlace } from './store-url.js'
import { silenceExperimentalWarnings } from './experimental-warnings.js'

/** What a command needs of its store. */
export interface StoreNeeds {
  /** False if the command creates a store that does not exist. */
  readonly mustExist: boolean
  /** True if the command only reads, so that it needs no right to write. */
  readonly readOnly?: boolean
  /** True if the command goes on with a restore that has not ended. */
  readonly incomplete?: boolean
}

/** Only the engine that is needed is loaded: the drivers of the others need not be installed. */
const open = async (
  place: StorePlace,
  { mustExist, readOnly = false, incomplete = false }: StoreNeeds,
): Promise<EventStore> => {
  const create = !mustExist
  if (place.engine === 'postgres') {
    // Reading needs no right to write there.
    const { openPostgresStore } = await import('../stores/postgres/index.js')
    return openPostgresStore({ url: place.url, create, incomplete })
  }
  if (place.engine === 'jetstream') {
    const { openJetStreamStore } = await import('../stores/jetstream/index.js')
    return openJetStreamStore({ url: place.url, create, incomplete })
  }
  silenceExperimentalWarnings()
  const { openSqliteStore } = await import('../stores/sqlite/index.js')
  const { path, mode } = place
  return openSqliteStore({
    path,
    create: create && mode !== 'rw',
    readOnly: readOnly || mode === 'ro',
    incomplete,
  })
}

/** The library cannot know which command creates a store. */
const CREATE_HINT =
  'check --store, or create the store with clientfold import or clientfold serve --create'

const addCreateHint = (error: unknown): never => {
  if (!(error instanceof StoreUnavailable) || error.reason !== 'missing') throw error
  throw new StoreUnavailable('missing', `${error.message}; ${CREATE_HINT}`, error)
}

/**
 * Opens the store that a URL names, works with it, and closes it in any case.
 *
 * @throws CommandFailure, StoreUnavailable or CorruptRecord: one sentence each.
 */
export const withStore = async <A>(
  url: string,
  needs: StoreNeeds,
  work: (store: EventStore) => Promise<A>,
): Promise<A> => {
  const store = await open(parseStoreUrl(url), needs).catch(addCreateHint)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
