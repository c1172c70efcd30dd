import type { ErasureRequest } from '../kit/store-engine.js'
import type { MemoryTables } from './schema.js'

/** Erases clients, and answers how many events each of them had. */
export const eraseClients = (
  tables: MemoryTables,
  { clients, mentions }: ErasureRequest,
): ReadonlyArray<number> => {
  for (const [key, { body }] of [...tables.quarantined]) {
    if (mentions(body)) tables.quarantined.delete(key)
  }
  const counts = clients.map(({ key, tombstone }) => {
    const erased = tables.eventsOfClient.get(key) ?? []
    for (const { eventId } of erased) tables.eventsOfId.delete(eventId)
    for (const lookUp of [tables.sessionClients, tables.userClients]) {
      for (const [id, clientKeys] of lookUp) {
        if (clientKeys.delete(key) && clientKeys.size === 0) lookUp.delete(id)
      }
    }
    tables.eventsOfClient.delete(key)
    tables.tombstones.add(tombstone)
    return erased.length
  })
  const erasedKeys = new Set(clients.map(({ key }) => key))
  tables.events = tables.events.filter(({ clientKey }) => !erasedKeys.has(clientKey))
  return counts
}
