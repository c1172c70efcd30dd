import type { RecordedEvent } from '../event-store/recorded-event.js'
import { clientIdOf } from '../events/client-event.js'

/** Events by the ids of their clients, which come in the order of their first events. */
export const eventsByClient = (
  recorded: ReadonlyArray<RecordedEvent>,
): ReadonlyMap<string, ReadonlyArray<RecordedEvent>> => {
  const byClient = new Map<string, RecordedEvent[]>()
  for (const each of recorded) {
    const clientId = clientIdOf(each.event)
    const ofClient = byClient.get(clientId)
    if (ofClient === undefined) byClient.set(clientId, [each])
    else ofClient.push(each)
  }
  return byClient
}
