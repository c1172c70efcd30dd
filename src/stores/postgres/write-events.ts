import type { ExpectedRevision } from '../../store/event-store.js'
import { writtenAs, type EventRecord, type RecordedEvent } from '../../store/recorded-event.js'
import { keyOf, tombstoneOf, type StorageKey } from '../../store/storage-key.js'
import type { Query } from './database.js'

/** The revisions at which an expectation holds, both included; nulls for all of them. */
const boundsOf = (expected: ExpectedRevision): readonly [number | null, number | null] => {
  switch (expected) {
    case 'any':
      return [null, null]
    case 'no-stream':
      return [0, 0]
    case 'stream-exists':
      return [1, Number.MAX_SAFE_INTEGER]
    default:
      return [expected, expected]
  }
}

/** A row per element, a column per array, as `unnest` takes them. */
class Pairs {
  readonly keys: StorageKey[] = []
  readonly clients: StorageKey[] = []
  readonly #seen = new Set<string>()

  add(id: string, clientKey: StorageKey): void {
    const key = keyOf(id)
    // No key holds a line's end: it is escaped.
    const pair = `${key}\n${clientKey}`
    if (this.#seen.has(pair)) return
    this.#seen.add(pair)
    this.keys.push(key)
    this.clients.push(clientKey)
  }
}

const argumentsOf = (
  records: ReadonlyArray<EventRecord>,
  expected: ExpectedRevision,
): ReadonlyArray<unknown> => {
  const keyOfClient = new Map<string, StorageKey>()
  const stepOf = new Map<string, number>()
  const clients: StorageKey[] = []
  const steps: number[] = []
  const [sessions, users] = [new Pairs(), new Pairs()]
  for (const { clientId, sessionIds, userIds } of records) {
    const key = keyOfClient.get(clientId) ?? keyOf(clientId)
    // How far after the client's revision: the first of a client's records is the next one.
    const step = (stepOf.get(clientId) ?? 0) + 1
    keyOfClient.set(clientId, key)
    stepOf.set(clientId, step)
    clients.push(key)
    steps.push(step)
    for (const id of sessionIds) sessions.add(id, key)
    for (const id of userIds) users.add(id, key)
  }
  return [
    [...keyOfClient.values()],
    [...keyOfClient.keys()].map(tombstoneOf),
    ...boundsOf(expected),
    clients,
    steps,
    records.map(({ eventId }) => keyOf(eventId)),
    records.map(({ recordedAt }) => recordedAt),
    records.map(({ text }) => text),
    sessions.keys,
    sessions.clients,
    users.keys,
    users.clients,
  ]
}

interface WrittenRow {
  readonly written_key: string
  readonly written_revision: string
  readonly written_position: string
}

/**
 * Writes all of the records, whose event ids are distinct, in one round trip.
 *
 * @returns what was written, in the order of the records; nothing if anything stood in the way
 */
export const writeEvents = async (
  query: Query,
  schema: string,
  records: ReadonlyArray<EventRecord>,
  expected: ExpectedRevision,
): Promise<ReadonlyArray<RecordedEvent> | undefined> => {
  const rows = await query<WrittenRow>(
    `select * from ${schema}.write_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)`,
    argumentsOf(records, expected),
  )
  if (rows.length === 0) return undefined
  const rowOf = new Map(rows.map((row) => [row.written_key, row]))
  return records.flatMap((record) => {
    const row = rowOf.get(keyOf(record.eventId))
    return row === undefined
      ? []
      : [writtenAs(record, Number(row.written_revision), row.written_position)]
  })
}
