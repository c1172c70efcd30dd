import type { Drift } from '../clerk/drift.js'
import type { ReconcileOutcome } from '../clerk/reconcile.js'
import type { Screen } from './screen.js'
import type { Column } from './table-column.js'
import { tableText } from './table.js'

/** How many clients were compared, by outcome. */
export interface Totals {
  clients: number
  agreeing: number
  drifting: number
  gone: number
  unclear: number
  recorded: number
}

export const createTotals = (): Totals => ({
  clients: 0,
  agreeing: 0,
  drifting: 0,
  gone: 0,
  unclear: 0,
  recorded: 0,
})

/** True if the store and Clerk agree about a client. */
export const agrees = (each: ReconcileOutcome): boolean =>
  each._tag === 'Compared' && each.drift.length === 0

/** Adds an outcome to the totals. A user who could not be read counts as unclear, and as no client. */
export const countClient = (totals: Totals, each: ReconcileOutcome): void => {
  if (each._tag !== 'UserUnclear') totals.clients += 1
  if (each._tag === 'Gone') totals.gone += 1
  else if (each._tag === 'Unclear' || each._tag === 'UserUnclear') totals.unclear += 1
  else {
    if (agrees(each)) totals.agreeing += 1
    else totals.drifting += 1
    if (each.isRecorded) totals.recorded += 1
  }
}

type Row = readonly [subject: string, log: string, clerk: string]

const rowOf = (drift: Drift): Row => {
  switch (drift._tag) {
    case 'ClientMissing':
      return ['the client', 'unknown', `sessions: ${drift.sessions}`]
    case 'SessionMissing':
      return [drift.sessionId, '', drift.clerk]
    case 'StatusDiffers':
      return [drift.sessionId, drift.log, drift.clerk ?? 'unknown there']
    case 'SessionDiffers':
      return [drift.sessionId, 'otherwise', drift.keys.join(', ')]
    case 'ClientDiffers':
      return ['the client', 'otherwise', drift.keys.join(', ')]
  }
}

const rowsOf = (each: ReconcileOutcome): ReadonlyArray<Row> => {
  switch (each._tag) {
    case 'Compared':
      return each.drift.map(rowOf)
    case 'Gone':
      return [['the client', `${each.live.length} live`, 'unknown there']]
    case 'Unclear':
      return [['the client', '', `cannot be compared: ${each.reason}`]]
    case 'UserUnclear':
      return [['the sessions', '', `cannot be read: ${each.reason}`]]
  }
}

const nameOf = (each: ReconcileOutcome): string =>
  each._tag === 'UserUnclear' ? `user ${each.userId}` : each.clientId

const COLUMNS: ReadonlyArray<Column> = [
  { title: 'client', kind: 'id' },
  { title: 'what', kind: 'id' },
  { title: 'log', kind: 'status' },
  { title: 'Clerk', kind: 'text' },
]

/** A table of the differences. */
export const driftTable = (clients: ReadonlyArray<ReconcileOutcome>, screen: Screen): string => {
  const rows = clients.flatMap((each) => rowsOf(each).map((row) => [nameOf(each), ...row]))
  return tableText({ columns: COLUMNS, rows, grouped: 1 }, screen)
}

/** The differences of one client as a line of JSON, or the user who could not be read. */
export const driftLine = (each: ReconcileOutcome): string => {
  if (each._tag === 'UserUnclear') {
    return `${JSON.stringify({ user: each.userId, result: 'unclear', reason: each.reason })}\n`
  }
  const { _tag, clientId: client, ...rest } = each
  return `${JSON.stringify({ client, result: _tag.toLowerCase(), ...rest })}\n`
}

/** The totals as a sentence. */
export const totalsSentence = (totals: Totals): string =>
  `${totals.clients} clients: ${totals.agreeing} agree, ${totals.drifting} drift, ` +
  `${totals.gone} gone there, ${totals.unclear} cannot be compared; ${totals.recorded} recorded\n`
