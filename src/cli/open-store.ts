import { stat } from 'node:fs/promises'
import type { EventStore } from '../store/event-store.js'
import { parseStoreUrl, type StorePlace } from './store-url.js'
import { silenceYoungSqlite } from './young-sqlite.js'

/** There is no such file, and the command is not the one that makes it. */
export class StoreMissing extends Error {
  override readonly name = 'StoreMissing'

  constructor(path: string) {
    super(`there is no SQLite file ${path} (clientfold import makes one)`)
  }
}

/** How a command needs its store. */
export interface StoreNeeds {
  /** False if a SQLite file that is not there is to be made. */
  readonly mustExist: boolean
}

const isMissing = async (path: string): Promise<boolean> => {
  try {
    await stat(path)
    return false
  } catch (error) {
    // Whatever else is wrong with the path, the store has a word for.
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

/** Each engine is loaded when it is asked for: the others' drivers need not be installed. */
const open = async (place: StorePlace, { mustExist }: StoreNeeds): Promise<EventStore> => {
  if (place.engine === 'postgres') {
    const { openPostgresStore } = await import('../stores/postgres/index.js')
    return openPostgresStore(place.url)
  }
  if (mustExist && (await isMissing(place.path))) throw new StoreMissing(place.path)
  silenceYoungSqlite()
  const { openSqliteStore } = await import('../stores/sqlite/index.js')
  return openSqliteStore(place.path)
}

/**
 * Works with the store that a URL names, and closes it whatever happens.
 *
 * @throws StoreUrlInvalid, StoreMissing, StoreUnavailable or CorruptRecord: one sentence each.
 */
export const withStore = async <A>(
  url: string,
  needs: StoreNeeds,
  work: (store: EventStore) => Promise<A>,
): Promise<A> => {
  const store = await open(parseStoreUrl(url), needs)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
