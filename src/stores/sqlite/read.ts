import { setImmediate } from 'node:timers/promises'
import { ForeignPosition } from '../../event-store/store-error.js'
import type { StoredEvent } from '../kit/event-record.js'
import type { PageRequest } from '../kit/store-engine.js'
import type { Connection } from './connection.js'
import type { Statements } from './statements.js'

/**
 * How many events are in memory at a time: few, so that a turn of the event loop is short. A larger page
 * is no faster. Between two pages, no transaction is open.
 */
const PAGE = 200

/**
 * All events after a position, page by page. Only one transaction at a time takes positions and
 * commits, so an event never appears below one that was read.
 */
export async function* readPages(
  connection: Connection,
  { eventsAfter }: Statements,
  { after = '0', checkOpen }: PageRequest,
): AsyncGenerator<ReadonlyArray<StoredEvent>, void> {
  // Otherwise a position of another store would read as "nothing new".
  if (!/^\d{1,16}$/.test(after)) throw new ForeignPosition()
  let last = Number(after)
  for (;;) {
    // The driver works in this thread: without a turn of the event loop, a reader keeps everything else waiting.
    await setImmediate()
    checkOpen()
    const page = await connection.read(() => eventsAfter(last, PAGE))
    const end = page.at(-1)
    if (end === undefined) return
    yield page
    last = Number(end.position)
  }
}
