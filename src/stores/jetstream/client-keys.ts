import type { StorageKey } from '../kit/storage-key.js'
import { clientKeyOf } from './links.js'
import { readClientMessages, type Log } from './log.js'
import { eventOf, isMarker, lastRevisionOf, textOf, type StreamMessage } from './message.js'
import { lastTokenOf } from './subjects.js'

/** How many last messages one request reads. The server takes 1,024 at most. */
const PAGE = 1000

/** The key of a client, by its last message; undefined if that does not tell it, null if it has no events. */
const keyIn = (message: StreamMessage): StorageKey | null | undefined => {
  if (!isMarker(message)) return clientKeyOf(eventOf(message))
  return lastRevisionOf(message) === 0 ? null : textOf(message.data)
}

/** The keys of all clients that have events. */
export const readClientKeys = async (log: Log): Promise<ReadonlyArray<StorageKey>> => {
  const { connection, stream, subjects } = log
  const present = await connection.subjects(stream, subjects.allClients)
  const keys: StorageKey[] = []
  for (let start = 0; start < present.length; start += PAGE) {
    const some = present.slice(start, start + PAGE)
    const messages = await connection.direct(stream, { multi_last: some, batch: PAGE })
    const last = new Map(messages.map((message) => [message.subject, message]))
    for (const subject of some) {
      const message = last.get(subject)
      let key = message && keyIn(message)
      if (key === undefined) {
        // The last event is damaged, or this server lags behind the leader.
        const { events } = await readClientMessages(log, lastTokenOf(subject))
        key = events.flatMap((event) => clientKeyOf(event) ?? [])[0]
      }
      if (key != null) keys.push(key)
    }
  }
  return keys
}
