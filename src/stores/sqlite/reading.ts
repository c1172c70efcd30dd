import { clientIdOf } from '../../events/client-event.js'
import type { ReadFrom } from '../../event-store/event-store.js'
import { oneByOne } from '../kit/one-by-one.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { idOf } from '../kit/storage-key.js'
import type { Connection } from './connection.js'
import { readRow, type EventRow, type Statements } from './statements.js'

/** How many events are in memory at a time. Between two pages, no transaction is open. */
const PAGE = 1000

async function* pagesAfter(
  connection: Connection,
  { eventsAfter }: Statements,
  checkOpen: () => void,
  after: string,
): AsyncGenerator<ReadonlyArray<EventRow>, void> {
  let last = Number(after)
  for (;;) {
    checkOpen()
    const page = await connection.read(() => eventsAfter(last, PAGE))
    const end = page.at(-1)
    if (end === undefined) return
    yield page
    last = Number(end.position)
  }
}

/**
 * Everything by position. Since one writer at a time takes positions and commits, no event ever
 * appears below one that was read.
 */
export const readAllFrom = (
  connection: Connection,
  statements: Statements,
  checkOpen: () => void,
  { after = '0', signal }: ReadFrom,
): AsyncIterable<RecordedEvent> => {
  const give = (row: EventRow): RecordedEvent => {
    checkOpen()
    return readRow(row)
  }
  const pages = pagesAfter(connection, statements, checkOpen, after)
  return oneByOne(pages, give, () => signal?.aborted === true)
}

/** The ids of keys, in ascending order by UTF-16 code units. */
export const clientIdsOf = (
  { eventsOfClient }: Statements,
  keys: ReadonlyArray<{ readonly client_key: string }>,
): ReadonlyArray<string> => {
  const ids = keys.flatMap(({ client_key: key }) => {
    const id = idOf(key)
    if (id !== null) return [id]
    // A hash tells nothing: the id stands in every event of the client.
    return eventsOfClient(key, 1)
      .slice(0, 1)
      .map((row) => clientIdOf(readRow(row).event))
  })
  return ids.sort()
}
