import * as E from 'fp-ts/lib/Either.js'
import { clientIdOf } from '../../events/client-event.js'
import { parseEvent } from '../../events/decode-event.js'
import { lookUpIdsOf, lookUpRowsOf } from '../kit/look-ups.js'
import type { StorageKey } from '../kit/storage-key.js'
import type { Database } from './connection.js'
import { insertIntoLookUp } from './look-ups.js'
import { lockClients } from './stored-facts.js'
import { waitForWriters } from './wait-for-writers.js'

/** A client of which look-up rows were deleted, and its last revision before that. */
export interface ReadClient {
  readonly key: StorageKey
  readonly lastRevision: number
}

/**
 * Adds the look-up rows of events that were written since the clients were read. A statement that began
 * before a row was deleted, and wrote its event after, has found that row and did not add it again.
 */
export const restoreLookUps = async (
  { query, transaction }: Database,
  schema: string,
  clients: ReadonlyArray<ReadClient>,
): Promise<void> => {
  if (clients.length === 0) return
  await waitForWriters(query, schema)
  const rows = await query<{ readonly key: StorageKey; readonly text: string }>(
    `select c.key, e.text from unnest($1::text[], $2::bigint[]) c(key, revision)
    join ${schema}.events e on e.client_key = c.key and e.revision > c.revision`,
    [clients.map(({ key }) => key), clients.map(({ lastRevision }) => lastRevision)],
  )
  for (const { key, text } of rows) {
    const event = parseEvent(text)
    if (E.isLeft(event)) continue
    const record = { ...lookUpIdsOf(event.right), clientId: clientIdOf(event.right) }
    const { sessions, users } = lookUpRowsOf([record])
    await transaction(async (inside) => {
      await lockClients(inside, schema, [key])
      for (const [table, added] of [
        ['session_clients', sessions],
        ['user_clients', users],
      ] as const) {
        await inside(insertIntoLookUp(schema, table, 'unnest($1::text[], $2::text[])'), [
          added.map(([id]) => id),
          added.map(([, clientKey]) => clientKey),
        ])
      }
    })
  }
}
