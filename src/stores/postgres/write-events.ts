import { linksOf, type Append, type Link } from '../kit/appends.js'
import type { ExpectedRevision } from '../../event-store/event-store.js'
import type { EventRecord } from '../kit/event-record.js'
import type { Position } from '../../event-store/recorded-event.js'
import { boundsOf } from '../kit/append-decision.js'
import { keyOf, tombstoneOf } from '../kit/storage-key.js'
import type { Query } from './database.js'

/** An array of numbers as the server reads it; the driver would write each one as a quoted text. */
const integers = (values: ReadonlyArray<number>): string => `{${values.join(',')}}`

/**
 * Texts as lines: keys and JSON texts hold no line's end, and none is empty. To quote them as the
 * elements of an array would cost this process and the server more than all else about a batch.
 */
const lines = (texts: ReadonlyArray<string>): string => texts.join('\n')

const columnsOf = (links: ReadonlyArray<Link>): ReadonlyArray<string> => [
  lines(links.map(([key]) => key)),
  lines(links.map(([, clientKey]) => clientKey)),
]

const lineArray = (parameter: number): string => `string_to_array($${parameter}, chr(10))`

const callOf = (schema: string): string =>
  `select * from ${schema}.append_events(${lineArray(1)}, ${lineArray(2)}, $3, $4, $5, $6,
    ${lineArray(7)}, $8, ${[9, 10, 11, 12, 13].map(lineArray).join(', ')})`

/** What is written, and where: the place of a client counts from 1, as arrays of the server do. */
interface Sorted {
  readonly expectedOf: ReadonlyMap<string, ExpectedRevision>
  readonly rows: ReadonlyArray<{
    readonly record: EventRecord
    readonly place: number
    /** How far after the client's revision: the first of a client's records is the next one. */
    readonly step: number
  }>
}

const sorted = (appends: ReadonlyArray<Append>): Sorted => {
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
 * True if nothing speaks against writing the appends at once but what the server knows: no event comes
 * twice, and no expectation waits for what another of the appends writes.
 */
export const areIndependent = (appends: ReadonlyArray<Append>): boolean => {
  const events = new Set<string>()
  const expectedOf = new Map<string, ExpectedRevision>()
  return appends.every(({ clientId, records, expected }) => {
    const before = expectedOf.get(clientId) ?? 'any'
    if (expectedOf.has(clientId) && (expected !== 'any' || before !== 'any')) return false
    expectedOf.set(clientId, expected)
    return records.every(({ eventId }) => events.size < events.add(eventId).size)
  })
}

/** What was written: for each record, in their order. */
export interface Written {
  readonly revisions: ReadonlyArray<number>
  readonly positions: ReadonlyArray<Position>
}

interface WrittenRow {
  /** The transaction that wrote; null if nothing was written. */
  readonly xid: string | null
  /** Of each client, before: separated by commas. */
  readonly bases: string
  /** Of each record: separated by commas. */
  readonly positions: string
}

/** Writes all records of independent appends, in one round trip; nothing if anything stood in the way. */
export type WriteEvents = (
  query: Query,
  appends: ReadonlyArray<Append>,
) => Promise<Written | undefined>

export const createEventsWriter = (schema: string): WriteEvents => {
  const call = callOf(schema)
  return async (query, appends) => {
    const { expectedOf, rows } = sorted(appends)
    const records = rows.map(({ record }) => record)
    const clientIds = [...expectedOf.keys()]
    const bounds = Array.from(expectedOf.values(), boundsOf)
    const [row] = await query<WrittenRow>(
      call,
      [
        lines(clientIds.map(keyOf)),
        lines(clientIds.map(tombstoneOf)),
        integers(bounds.map(([lowest]) => lowest)),
        integers(bounds.map(([, highest]) => highest)),
        integers(rows.map(({ place }) => place)),
        integers(rows.map(({ step }) => step)),
        lines(records.map(({ eventId }) => keyOf(eventId))),
        integers(records.map(({ recordedAt }) => recordedAt)),
        lines(records.map(({ text }) => text)),
        ...columnsOf(linksOf(records, 'sessionIds')),
        ...columnsOf(linksOf(records, 'userIds')),
      ],
      'prepared',
    )
    if (row === undefined || row.xid === null) return undefined
    const { xid } = row
    const bases = row.bases.split(',').map(Number)
    return {
      revisions: rows.map(({ place, step }) => (bases[place - 1] ?? 0) + step),
      positions: row.positions.split(',').map((position) => `${xid}/${position}`),
    }
  }
}
