import { boundsOf } from '../kit/append-decision.js'
import type { Append } from '../kit/appends.js'
import { clientHashOf } from '../../event-store/client-hash.js'
import type { ExpectedRevision } from '../../event-store/event-store.js'
import type { EventRecord } from '../kit/event-record.js'
import { lookUpRowsOf, type LookUpRow } from '../kit/look-ups.js'
import { keyOf } from '../kit/storage-key.js'
import { earliestChecksOf } from '../kit/tombstones.js'
import type { Query } from './connection.js'

/** An array of numbers as the server reads it. The driver would write each one as a quoted text. */
export const integers = (values: ReadonlyArray<number>): string => `{${values.join(',')}}`

/**
 * Texts as lines. Keys and JSON texts hold no line feed, and are not empty. To quote them as elements
 * of an array would cost this process and the server more than all other work for a batch.
 */
export const lines = (texts: ReadonlyArray<string>): string => texts.join('\n')

/** The two columns of look-up rows, each as lines. */
export const columnsOf = (rows: ReadonlyArray<LookUpRow>): ReadonlyArray<string> => [
  lines(rows.map(([key]) => key)),
  lines(rows.map(([, clientKey]) => clientKey)),
]

/** A parameter with lines as an array. */
export const lineArray = (parameter: number): string => `string_to_array($${parameter}, chr(10))`

const callOf = (schema: string): string =>
  `select * from ${schema}.append_events(${lineArray(1)}, ${lineArray(2)}, $3, $4,
    ${lineArray(5)}, $6, $7, $8,
    ${lineArray(9)}, $10, ${[11, 12, 13, 14, 15].map(lineArray).join(', ')})`

/** The arguments of a call: the clients, and the records with their clients. */
interface Batch {
  readonly expectedOf: ReadonlyMap<string, ExpectedRevision>
  readonly rows: ReadonlyArray<{
    readonly record: EventRecord
    /** The client's index, counted from 1 as in the server's arrays. */
    readonly place: number
    /** The distance from the client's revision: 1 for the first of its records. */
    readonly step: number
  }>
}

const batchOf = (appends: ReadonlyArray<Append>): Batch => {
  const expectedOf = new Map<string, ExpectedRevision>()
  const clients = new Map<string, { readonly place: number; step: number }>()
  const rows = appends.flatMap(({ clientId, records, expected }) => {
    const client = clients.get(clientId) ?? { place: clients.size + 1, step: 0 }
    clients.set(clientId, client)
    expectedOf.set(clientId, expected)
    return records.map((record) => ({ record, place: client.place, step: (client.step += 1) }))
  })
  return { expectedOf, rows }
}

/**
 * True if no append depends on another one of the group: no event id comes twice, and no expectation
 * depends on an event that another append writes. Then only stored events can be in the way.
 */
export const areIndependent = (appends: ReadonlyArray<Append>): boolean => {
  const eventIds = new Set<string>()
  const expectedOf = new Map<string, ExpectedRevision>()
  return appends.every(({ clientId, records, expected }) => {
    const before = expectedOf.get(clientId) ?? 'any'
    if (expectedOf.has(clientId) && (expected !== 'any' || before !== 'any')) return false
    expectedOf.set(clientId, expected)
    return records.every(({ eventId }) => eventIds.size < eventIds.add(eventId).size)
  })
}

/** The places of written events, in the order of their records. */
export interface EventPlaces {
  readonly revisions: ReadonlyArray<number>
  /** As `<transaction id>/<position>`. */
  readonly places: ReadonlyArray<string>
}

interface PlacesRow {
  /** The transaction that wrote; null if nothing was written. */
  readonly xid: string | null
  /** The revision of each client before the write, separated by commas. */
  readonly bases: string
  /** The position of each record, separated by commas. */
  readonly positions: string
}

/**
 * Tries to write all records of independent appends in one round trip. It waits for locks of the
 * clients. Undefined if nothing was written, for whatever reason: then `decideAppend` has to find out.
 */
export type TryIndependentEvents = (
  query: Query,
  appends: ReadonlyArray<Append>,
) => Promise<EventPlaces | undefined>

/** The fast path for independent events, in a schema. */
export const createTryIndependentEvents = (schema: string): TryIndependentEvents => {
  const call = callOf(schema)
  return async (query, appends) => {
    const { expectedOf, rows } = batchOf(appends)
    const records = rows.map(({ record }) => record)
    const clientIds = [...expectedOf.keys()]
    const bounds = Array.from(expectedOf.values(), boundsOf)
    const { sessions, users } = lookUpRowsOf(records)
    const checks = earliestChecksOf(records)
    const [row] = await query<PlacesRow>(
      call,
      [
        lines(clientIds.map(keyOf)),
        lines(clientIds.map(clientHashOf)),
        integers(bounds.map(([lowest]) => lowest)),
        integers(bounds.map(([, highest]) => highest)),
        lines(checks.map(({ tombstone }) => tombstone)),
        integers(checks.map(({ createdAt }) => createdAt)),
        integers(rows.map(({ place }) => place)),
        integers(rows.map(({ step }) => step)),
        lines(records.map(({ eventId }) => keyOf(eventId))),
        integers(records.map(({ recordedAt }) => recordedAt)),
        lines(records.map(({ text }) => text)),
        ...columnsOf(sessions),
        ...columnsOf(users),
      ],
      'prepared',
    )
    if (row === undefined || row.xid === null) return undefined
    const { xid } = row
    const bases = row.bases.split(',').map(Number)
    return {
      revisions: rows.map(({ place, step }) => (bases[place - 1] ?? 0) + step),
      places: row.positions.split(',').map((position) => `${xid}/${position}`),
    }
  }
}
