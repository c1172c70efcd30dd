import type { EventStore } from '../../event-store/event-store.js'
import { createEventStore } from '../kit/create-event-store.js'
import { checkComplete } from '../kit/restore-store.js'
import { MOST_EVENTS } from './append.js'
import { connect } from './connection.js'
import { loadDriver } from './driver.js'
import { createJetStreamEngine } from './engine.js'
import { createLife } from './life.js'
import { createNotes } from './notes.js'
import { openStreams } from './open-stream.js'
import type { JetStreamStoreOptions } from './options.js'
import { Rewrites } from './rewrites.js'
import { checkServerSync } from './server-sync.js'
import { logSubjects, notesStreamOf } from './subjects.js'
import { parseJetStreamUrl } from './url.js'

/**
 * Opens a store in NATS JetStream (2.12 or later): a log that several servers keep. It creates the store if
 * it is missing, unless `create` is false.
 *
 * It keeps every guarantee of `EventStore`, with two bounds. An append takes at most 1,000 events. And
 * an event id that another client's event took is known for two days: the server forgets ids after that,
 * and then an id is compared with those of its own client only.
 *
 * @param options - a URL, `nats://host:port,host:port/STREAM`, or options with one
 * @throws StoreUnavailable (as a rejection) if no server answers or it refuses, if the server or the stream
 *   could lose an event, or if the store is `missing` and `create` is false.
 *
 * @example
 * import { StoreUnavailable } from 'clientfold'
 * import { openJetStreamStore } from 'clientfold/jetstream'
 * const refused: unknown = await openJetStreamStore('nats://127.0.0.1:1/CLIENTS').catch((error: unknown) => error)
 * refused instanceof StoreUnavailable && refused.reason // => 'unreachable'
 */
export const openJetStreamStore = async (
  options: string | JetStreamStoreOptions,
): Promise<EventStore> => {
  const {
    url: text,
    create = true,
    incomplete = false,
    now = Date.now,
    pollMilliseconds = 1000,
  } = typeof options === 'string' ? { url: options } : options
  const url = parseJetStreamUrl(text)
  const driver = await loadDriver()
  const connection = await connect(driver, url)
  try {
    const { created, config } = await openStreams(connection, url, create)
    const isSyncKnown = await checkServerSync(driver, url)
    const notesStream = notesStreamOf(config.name)
    const engine = createJetStreamEngine({
      connection,
      stream: config.name,
      syncsAlways: url.syncsAlways,
      isSyncKnown,
      subjects: logSubjects(config.name),
      notes: createNotes(connection, notesStream),
      rewrites: new Rewrites(connection, notesStream),
      life: createLife(config.name, created),
    })
    await checkComplete(engine, incomplete)
    const store = createEventStore(engine, { now, pollMilliseconds })
    return {
      ...store,
      append: (clientId, events, expected) =>
        events.length > MOST_EVENTS
          ? Promise.reject(
              new TypeError(`an append to JetStream takes ${MOST_EVENTS} events at most`),
            )
          : store.append(clientId, events, expected),
    }
  } catch (error) {
    await connection.close()
    throw error
  }
}
