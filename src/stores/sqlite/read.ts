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
import { CLIENT_PAGE, type Statements } from './statements.js'

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
  readonly hash: () => string
}

const readJoinedClient = (
  { joinedOfClient }: Statements,
  life: string,
  key: StorageKey,
  fromRevision: number,
) => {
  const row = joinedOfClient(key, key, fromRevision)
  return {
    events: eventsOfJoined(row.lines, life, key),
    revision: Number(row.expected ?? 0),
  }
}

/** Whether events in the order of their revisions are all of those from one revision to another. */
const areConsecutive = (events: ReadonlyArray<StoredEvent>, first: number, last: number): boolean =>
  events.length === Math.max(last - first + 1, 0) &&
  Number(events.at(-1)?.revision ?? last) === last

/** The revision up to which a client may have holes. */
const readHorizon = ({ horizon }: Statements, hash: string): number =>
  Number(horizon(hash)[0]?.horizon ?? 0)

/** The events of one client from a revision on. */
export const readClient = (
  database: SqliteDatabase,
  statements: Statements,
  life: string,
  { key, hash }: StoredClient,
  fromRevision: number,
): ClientRows => {
  const { events, revision } = readJoinedClient(statements, life, key, fromRevision)
  // The usual case is one statement.
  if (events !== undefined && areConsecutive(events, fromRevision, revision)) {
    return { events, horizon: 0, revision }
  }
  // A horizon never falls, so one that is read later covers at least the holes of before.
  if (events !== undefined && events.length < CLIENT_PAGE) {
    return { events, horizon: readHorizon(statements, hash()), revision }
  }
  return atOneMoment(database, () => {
    const horizon = readHorizon(statements, hash())
    const all: StoredEvent[] = []
    for (let next = fromRevision; ;) {
      const joined = readJoinedClient(statements, life, key, next)
      const page =
        joined.events ?? statements.exactOfClient(key, next).map((row) => eventOfExact(row, life))
      for (const event of page) all.push(event)
      const last = Number(page.at(-1)?.revision)
      // A damaged revision could be lower than the one before.
      if (page.length < CLIENT_PAGE || !(last >= next)) {
        return { events: all, horizon, revision: joined.revision }
      }
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

/** How far a reading of the log is. */
interface LogPlace extends ReadingStart {
  /** The part of the log of which events were read last; -1 before the first one. */
  readonly part: number
  /** How many events of it were read; NaN if the reading began within it. */
  readonly seen: number
}

interface LogPage {
  readonly events: ReadonlyArray<StoredEvent>
  readonly place: LogPlace
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

/** To read, verify and parse so many events takes a few milliseconds. */
const EVENTS_OF_A_TURN = 200

/**
 * Whether a part of the log lacks events. An erasure between two pages of it explains that more were read
 * than there should be now, so then the events are counted again, at one moment.
 */
const lacksEvents = (
  { countOfPart }: Statements,
  { part, seen }: LogPlace,
  expected: number,
): boolean => {
  if (Number.isNaN(seen) || seen === expected) return false
  if (seen < expected) return true
  const [row] = countOfPart(part * PART_SIZE, (part + 1) * PART_SIZE, part)
  return Number(row?.present) !== Number(row?.expected ?? 0)
}

/** The next events of the log, all of one part. */
const readPage = (statements: Statements, place: LogPlace): LogPage | undefined => {
  const { life, number } = place
  const from = number === 0 ? 0 : number + 1
  const [next] = statements.nextOfLog(from, Math.ceil(from / PART_SIZE), place.part)
  const event = next?.event == null ? Infinity : Number(next.event)
  const part = Math.min(partOf(event), next?.part == null ? Infinity : Number(next.part))
  if (part !== place.part && lacksEvents(statements, place, Number(next?.expected ?? 0))) {
    return { events: [VANISHED], place: { ...place, seen: Number.NaN } }
  }
  if (part === Infinity) return undefined
  const start = part * PART_SIZE
  const seen = part === place.part ? place.seen : from <= start ? 0 : Number.NaN
  const end = start + PART_SIZE
  // Events should be here, but all are missing.
  if (partOf(event) !== part) return { events: [], place: { life, number: end - 1, part, seen } }
  const last = Math.min(event + EVENTS_OF_A_TURN, end)
  const events =
    eventsOfJoined(statements.joinedOfLog(event, last).lines, life, undefined) ??
    statements.exactOfLog(event, last).map((row) => eventOfExact(row, life))
  const newest = events.at(-1)
  const reached = newest === undefined ? last - 1 : numberOf(newest.position)
  return {
    events: isInOrder(events) ? events : [...events, DISORDER],
    // A damaged record can lack its number, or have a lower one.
    place: {
      ...{ life, part, seen: seen + events.length },
      number: Math.max(event, Number.isNaN(reached) ? last - 1 : reached),
    },
  }
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
  let place: LogPlace | undefined
  const begin = (): LogPlace | undefined => {
    const start =
      after === undefined ? { life: readLife(statements), number: 0 } : startOf(statements, after)
    return start && { ...start, part: -1, seen: Number.NaN }
  }
  for (;;) {
    // The driver works in this thread: without a turn of the event loop, a reader keeps everything else waiting.
    await setImmediate()
    checkOpen()
    const page = await connection.read(() => {
      place ??= begin()
      return place && readPage(statements, place)
    })
    if (place === undefined) throw new ForeignPosition()
    if (page === undefined) return
    if (page.events.length > 0) yield page.events
    place = page.place
  }
}
