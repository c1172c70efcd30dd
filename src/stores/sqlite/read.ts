import { setImmediate } from 'node:timers/promises'
import { ForeignPosition } from '../../event-store/store-error.js'
import type { StoredEvent } from '../kit/event-record.js'
import type { StorageKey } from '../kit/storage-key.js'
import type { PageRequest } from '../kit/page-request.js'
import type { ClientRows } from '../kit/store-engine.js'
import type { Connection } from './connection.js'
import type { SqliteDatabase } from './driver.js'
import { eventOfExact } from './exact-rows.js'
import { eventsOfJoined } from './joined-rows.js'
import { PART_SIZE, partOf } from './part-size.js'
import { numberOf, readLife, startOf, type ReadingStart } from './position.js'
import { CLIENT_PAGE, type JoinedRow, type Statements } from './statements.js'

/** Several statements that see one moment of the file, although another process may write meanwhile. */
const atOneMoment = <A>(database: SqliteDatabase, work: () => A): A => {
  database.exec('BEGIN')
  try {
    return work()
  } finally {
    database.exec('COMMIT')
  }
}

/** How the tables name a client. */
export interface StoredClient {
  readonly key: StorageKey
  /** In the horizons. */
  readonly hash: string
}

const readJoinedClient = (
  { joinedOfClient }: Statements,
  life: string,
  { key, hash }: StoredClient,
  fromRevision: number,
) => {
  const row = joinedOfClient(key, hash, key, fromRevision)
  return {
    events: eventsOfJoined(row.lines, life, key),
    horizon: Number(row.horizon ?? 0),
    revision: Number(row.expected ?? 0),
  }
}

/** The events of one client from a revision on. */
export const readClient = (
  database: SqliteDatabase,
  statements: Statements,
  life: string,
  client: StoredClient,
  fromRevision: number,
): ClientRows => {
  const { events, ...rest } = readJoinedClient(statements, life, client, fromRevision)
  // The usual case is one statement.
  if (events !== undefined && events.length < CLIENT_PAGE) return { events, ...rest }
  return atOneMoment(database, () => {
    const all: StoredEvent[] = []
    for (let next = fromRevision; ;) {
      const { events: sound, ...facts } = readJoinedClient(statements, life, client, next)
      const page =
        sound ?? statements.exactOfClient(client.key, next).map((row) => eventOfExact(row, life))
      for (const event of page) all.push(event)
      const last = Number(page.at(-1)?.revision)
      // A damaged revision could be lower than the one before.
      if (page.length < CLIENT_PAGE || !(last >= next)) return { events: all, ...facts }
      next = last + 1
    }
  })
}

/** The first event of a client. */
export const readFirstEvent = (
  { exactOfClient }: Statements,
  life: string,
  key: StorageKey,
): ReadonlyArray<StoredEvent> =>
  exactOfClient(key, 0)
    .slice(0, 1)
    .map((row) => eventOfExact(row, life))

interface LogPage {
  readonly events: ReadonlyArray<StoredEvent>
  /** The number after which to read on. */
  readonly end: number
}

/** Stands for events that have vanished from the log. */
const VANISHED: StoredEvent = {
  text: '',
  recordedAt: 0,
  revision: Number.NaN,
  position: '',
  problem: 'missing',
}

/** Stands for a part of the log that the file gives in a wrong order: a page of the table is damaged. */
const DISORDER: StoredEvent = { ...VANISHED, problem: 'structure' }

const isInOrder = (events: ReadonlyArray<StoredEvent>): boolean => {
  let last = 0
  for (const { position } of events) {
    const number = numberOf(position)
    if (number <= last) return false
    // A damaged record can lack its number.
    if (number > last) last = number
  }
  return true
}

/** To decode so many events takes a few milliseconds. */
const EVENTS_OF_A_TURN = 200

/** The rest of the next part of the log in which there are, or should be, events after a number. */
const readPart = (
  database: SqliteDatabase,
  statements: Statements,
  { life, number }: ReadingStart,
): LogPage | undefined => {
  const from = number === 0 ? 0 : number + 1
  const [next] = statements.nextOfLog(from, Math.ceil(from / PART_SIZE))
  const part = Math.min(
    next?.event == null ? Infinity : partOf(Number(next.event)),
    next?.part == null ? Infinity : Number(next.part),
  )
  if (part === Infinity) return undefined
  const start = part * PART_SIZE
  const first = Math.max(from, start)
  const end = start + PART_SIZE
  const read = (): JoinedRow => statements.joinedOfLog(part, first, end)
  const complete = (
    events: ReadonlyArray<StoredEvent>,
    { expected }: JoinedRow,
  ): ReadonlyArray<StoredEvent> => {
    if (!isInOrder(events)) return [...events, DISORDER]
    return first > start || Number(expected ?? 0) === events.length ? events : [...events, VANISHED]
  }

  const pageOf = (events: ReadonlyArray<StoredEvent>, row: JoinedRow): LogPage => {
    const last = events.at(-1)
    return { events: complete(events, row), end: last ? numberOf(last.position) : end - 1 }
  }

  const row = read()
  const events = eventsOfJoined(row.lines, life, undefined)
  if (events !== undefined) return pageOf(events, row)
  return atOneMoment(database, () => {
    const exact = statements.exactOfLog(first, end).map((each) => eventOfExact(each, life))
    return pageOf(exact, read())
  })
}

/**
 * All events after a position, page by page. Only one transaction at a time takes positions and
 * commits, so an event never appears below one that was read.
 */
export async function* readPages(
  connection: Connection,
  statements: Statements,
  { after, checkOpen }: PageRequest,
): AsyncGenerator<ReadonlyArray<StoredEvent>, void> {
  let start: ReadingStart | undefined
  for (;;) {
    // The driver works in this thread: without a turn of the event loop, a reader keeps everything else waiting.
    await setImmediate()
    checkOpen()
    const page = await connection.read(() => {
      start ??=
        after === undefined ? { life: readLife(statements), number: 0 } : startOf(statements, after)
      return start && readPart(connection.database, statements, start)
    })
    if (start === undefined) throw new ForeignPosition()
    if (page === undefined) return
    for (let next = 0; next < page.events.length; next += EVENTS_OF_A_TURN) {
      if (next > 0) await setImmediate()
      yield page.events.slice(next, next + EVENTS_OF_A_TURN)
    }
    start = { ...start, number: page.end }
  }
}
