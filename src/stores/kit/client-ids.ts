import { clientIdOf } from '../../events/client-event.js'
import { readStoredEvent } from './event-record.js'
import { idOf, type StorageKey } from './storage-key.js'
import type { StoreEngine } from './store-engine.js'

/** The client ids of keys, in ascending order by UTF-16 code units. */
export const clientIdsOf = async (
  { readOneEventOfEach }: Pick<StoreEngine, 'readOneEventOfEach'>,
  keys: ReadonlyArray<StorageKey>,
): Promise<ReadonlyArray<string>> => {
  const ids: string[] = []
  const hashedKeys: StorageKey[] = []
  for (const key of keys) {
    const id = idOf(key)
    if (id === null) hashedKeys.push(key)
    else ids.push(id)
  }
  // A hashed key does not tell the id. Each event of the client does.
  const events = hashedKeys.length === 0 ? [] : await readOneEventOfEach(hashedKeys)
  for (const event of events) ids.push(clientIdOf(readStoredEvent(event).event))
  return ids.sort()
}
