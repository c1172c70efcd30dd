import type { ClientEvent } from '../../events/client-event.js'
import { keyOf, type StorageKey } from './storage-key.js'

/** The ids under which an event's client can be looked up. */
export interface LookUpIds {
  readonly sessionIds: ReadonlyArray<string>
  readonly userIds: ReadonlyArray<string>
}

/** The sessions and the users that an event names. Each of them leads to the event's client. */
export const lookUpIdsOf = (event: ClientEvent): LookUpIds => {
  if (event.type !== 'client.observed') {
    return { sessionIds: [event.data.id], userIds: [event.data.user_id] }
  }
  const { sessions } = event.data
  return {
    sessionIds: [...new Set(sessions.map(({ id }) => id))],
    userIds: [...new Set(sessions.map(({ user_id }) => user_id))],
  }
}

/** A row of a look-up: the key of a session or a user, and the key of its client. */
export type LookUpRow = readonly [key: StorageKey, clientKey: StorageKey]

/** The rows of both look-ups that some records need, without repetition. */
export interface LookUpRows {
  readonly sessions: ReadonlyArray<LookUpRow>
  readonly users: ReadonlyArray<LookUpRow>
}

/** The part of an event's record from which its look-up rows follow. */
export type LookUpSource = LookUpIds & { readonly clientId: string }

const rowsOf = (
  records: ReadonlyArray<LookUpSource>,
  ids: keyof LookUpIds,
): ReadonlyArray<LookUpRow> => {
  const [only] = records
  // The usual case: one record, whose ids are distinct.
  if (only !== undefined && records.length === 1) {
    const clientKey = keyOf(only.clientId)
    return only[ids].map((id) => [keyOf(id), clientKey])
  }
  const idsOfClients = new Map<string, Set<string>>()
  for (const record of records) {
    let idsOfClient = idsOfClients.get(record.clientId)
    if (idsOfClient === undefined) {
      idsOfClients.set(record.clientId, (idsOfClient = new Set()))
    }
    for (const id of record[ids]) idsOfClient.add(id)
  }
  return [...idsOfClients].flatMap(([clientId, idsOfClient]) => {
    const clientKey = keyOf(clientId)
    return Array.from(idsOfClient, (id): LookUpRow => [keyOf(id), clientKey])
  })
}

/**
 * The one rule for what every store writes to its look-ups.
 *
 * @example
 * import { lookUpRowsOf, recordOf } from 'clientfold/store-engine'
 * import { exampleEvents } from 'clientfold/testing'
 * const records = exampleEvents.slice(0, 2).map((event) => recordOf(event, Date.now()))
 * lookUpRowsOf(records).users // => [['user_ada', 'client_ada_laptop']]
 */
export const lookUpRowsOf = (records: ReadonlyArray<LookUpSource>): LookUpRows => ({
  sessions: rowsOf(records, 'sessionIds'),
  users: rowsOf(records, 'userIds'),
})
