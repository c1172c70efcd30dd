import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { CorruptRecord } from '../../event-store/store-error.js'
import { readStoredEvent } from './event-record.js'
import { readableIdOf, type StorageKey } from './storage-key.js'
import type { ClientRows } from './store-engine.js'

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
