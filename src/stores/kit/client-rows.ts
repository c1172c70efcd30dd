import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { CorruptRecord } from '../../event-store/store-error.js'
import { clientHashOf } from '../../event-store/client-hash.js'
import { clientIdOf } from '../../events/client-event.js'
import { readStoredEvent, readUndamaged } from './event-record.js'
import { readableIdOf, type StorageKey } from './storage-key.js'
import type { ClientRows, StoreEngine } from './store-engine.js'

/**
 * Decodes the rows of a client. Above the horizon, revisions are consecutive: without the event of a
 * removed session, that session would read as active.
 *
 * @throws CorruptRecord if an event is damaged or missing.
 */
export const readClientRows = (
  clientKey: StorageKey,
  fromRevision: number,
  { events, horizon, revision: highest }: ClientRows,
): ReadonlyArray<RecordedEvent> => {
  let next = Math.max(fromRevision, horizon + 1)
  const missing = (): CorruptRecord =>
    new CorruptRecord(null, 'missing', { clientId: readableIdOf(clientKey), revision: next })
  const recorded = events.map((stored) => {
    const revision = Number(stored.revision)
    if (revision > horizon) {
      if (revision !== next) throw missing()
      next += 1
    }
    return readStoredEvent(stored, clientKey)
  })
  if (highest !== undefined && highest >= next) throw missing()
  return recorded
}

/** The rows of a client. A hashed key does not tell the id by which the horizons name it: an event does. */
export const readRowsOf = async (
  engine: Pick<StoreEngine, 'readClient'>,
  clientKey: StorageKey,
): Promise<ClientRows> => {
  const id = readableIdOf(clientKey)
  const rows = await engine.readClient(clientKey, 1, () => (id === null ? '' : clientHashOf(id)))
  if (id !== null) return rows
  const [first] = rows.events.flatMap((stored) => readUndamaged(stored, () => undefined) ?? [])
  if (first === undefined) return rows
  return engine.readClient(clientKey, 1, () => clientHashOf(clientIdOf(first.event)))
}
