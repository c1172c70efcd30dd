import { boundsOf } from '../kit/append-decision.js'
import type { OneEvent } from '../kit/appends.js'
import type { Position } from '../../event-store/recorded-event.js'
import { keyOf, tombstoneOf } from '../kit/storage-key.js'
import type { Query } from './database.js'
import type { Written } from './write-events.js'

const addToLookUp = (schema: string, table: string, key: string): string => `
    insert into ${schema}.${table} (key, client_key) select ${key}, $1 from written
    where not exists (
      select from ${schema}.${table} l
      where l.key = ${key} and left(l.client_key, 64) = left($1, 64) and l.client_key = $1
    )`

/**
 * Writes one event at the revision after the one that it sees. It waits for nobody: if somebody was
 * faster, then that revision is taken, or the event's id; if somebody has locked the client, or waits
 * to, then he comes first; and nothing is written. So whoever writes a client's next revision has seen
 * the one before as committed, with its rows of the look-ups, and has the later transaction id.
 *
 * What it sees is older than its locks, so that they do not keep an erasure away. But it is what was
 * committed when it had the right to write into the table: an erasure, which takes that right from
 * everybody, is seen or waits.
 */
const statementOf = (schema: string): string => `
  with written as (
    insert into ${schema}.events as e (client_key, revision, event_key, recorded_at, text)
    select $1, latest.revision + 1, $2, $3::bigint, $4
    from (
      select coalesce(max(revision), 0) as revision from ${schema}.events where client_key = $1
    ) latest
    where latest.revision between $5::bigint and $6::bigint
      and not exists (select from ${schema}.erased where tombstone = $7)
      and pg_try_advisory_xact_lock_shared(hashtext('clientfold'), hashtext('${schema}'))
      and pg_try_advisory_xact_lock_shared(hashtextextended($1, hashtext('${schema}')))
      and current_setting('transaction_isolation') = 'read committed'
      and case current_setting('synchronous_commit')
        when 'off' then set_config('synchronous_commit', 'on', true)
        else 'on'
      end = 'on'
    on conflict do nothing
    returning e.xid, e.position, e.revision
  ),
  sessions as (${addToLookUp(schema, 'session_clients', '$8')}
  ),
  users as (${addToLookUp(schema, 'user_clients', '$9')}
  )
  select revision, xid || '/' || position as place from written`

interface WrittenRow {
  readonly revision: string
  readonly place: Position
}

/** Writes one event of one session, in one round trip; nothing if anything stood in the way. */
export type WriteEvent = (query: Query, event: OneEvent) => Promise<Written | undefined>

export const createEventWriter = (schema: string): WriteEvent => {
  const statement = statementOf(schema)
  return async (query, { record, expected }) => {
    const { clientId, eventId, recordedAt, text, sessionIds, userIds } = record
    const [row] = await query<WrittenRow>(
      statement,
      [
        keyOf(clientId),
        keyOf(eventId),
        recordedAt,
        text,
        ...boundsOf(expected),
        tombstoneOf(clientId),
        ...sessionIds.map(keyOf),
        ...userIds.map(keyOf),
      ],
      'prepared',
    )
    return row && { revisions: [Number(row.revision)], positions: [row.place] }
  }
}
