import type { EventStore } from '../event-store/event-store.js'
import { StoreUnavailable } from '../event-store/store-error.js'
import { parseStoreUrl, type StorePlace } from './store-url.js'
import { silenceYoungFeatures } from './experimental-warnings.js'

/** How a command needs its store. */
export interface StoreNeeds {
  /** False if a store that is not there is to be made. */
  readonly mustExist: boolean
}

/** Each engine is loaded when it is asked for: the others' drivers need not be installed. */
const open = async (place: StorePlace, { mustExist }: StoreNeeds): Promise<EventStore> => {
  const create = !mustExist
  if (place.engine === 'postgres') {
    const { openPostgresStore } = await import('../stores/postgres/index.js')
    return openPostgresStore({ url: place.url, create })
  }
  silenceYoungFeatures()
  const { openSqliteStore } = await import('../stores/sqlite/index.js')
  return openSqliteStore({ path: place.path, create })
}

/** A store that is not there is made by one command only, which whoever asks another may not know. */
const nameTheMaker = (error: unknown): never => {
  if (!(error instanceof StoreUnavailable) || error.reason !== 'missing') throw error
  throw new StoreUnavailable('missing', `${error.message} (clientfold import makes one)`, error)
}

/**
 * Works with the store that a URL names, and closes it whatever happens.
 *
 * @throws StoreUrlInvalid, StoreUnavailable or CorruptRecord: one sentence each.
 */
export const withStore = async <A>(
  url: string,
  needs: StoreNeeds,
  work: (store: EventStore) => Promise<A>,
): Promise<A> => {
  const store = await open(parseStoreUrl(url), needs).catch(nameTheMaker)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
