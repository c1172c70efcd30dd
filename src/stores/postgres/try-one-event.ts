import { boundsOf } from '../kit/append-decision.js'
import type { OneEventAppend } from '../kit/appends.js'
import { keyOf } from '../kit/storage-key.js'
import { earliestChecksOf } from '../kit/tombstones.js'
import type { Query } from './connection.js'
import { droppedHashExpression } from './dropped.js'
import { insertIntoLookUp } from './look-ups.js'
import type { EventPlaces } from './try-independent-events.js'

/**
 * Writes one event at the revision after the last one that the statement sees. It waits for no lock of
 * a client. It writes nothing if another transaction has taken that revision or the event's id, or if
 * another transaction holds the client's lock or waits for it. So a transaction that writes a client's
 * next revision has seen the one before as committed, with its look-up rows, and has a later
 * transaction id.
 *
 * The statement's snapshot is older than its locks, so the locks do not protect it from an erasure.
 * But PostgreSQL takes the snapshot after the statement has the lock that it needs to write to the table.
 * An erasure commits its tombstone, and then waits for all who hold that lock: so the statement either sees
 * the tombstone, or has ended before the erasure reads what to delete.
 */
const statementOf = (schema: string): string => `
  with written as (
    insert into ${schema}.events as e (client_key, revision, event_key, recorded_at, text)
    select $1, greatest(
      latest.revision, (select revision from ${schema}.horizons where client_hash = $7)
    ) + 1, $2, $3::bigint, $4
    from (
      select coalesce(max(revision), 0) as revision from ${schema}.events where client_key = $1
    ) latest
    where latest.revision between $5::bigint and $6::bigint
      and not exists (
        select from ${schema}.tombstones where tombstone in ($7, $10, $11)
          and erased_at > case tombstone when $11 then -1 else $12::bigint end
      )
      and not exists (
        select from ${schema}.dropped where event_hash = ${droppedHashExpression('$2')}
      )
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
  sessions as (${insertIntoLookUp(schema, 'session_clients', '(select $8, $1 from written)')}
  ),
  users as (${insertIntoLookUp(schema, 'user_clients', '(select $9, $1 from written)')}
  )
  select revision, xid || '/' || position as place from written`

interface PlaceRow {
  readonly revision: string
  readonly place: string
}

/**
 * Tries to write one event in one round trip. Undefined if nothing was written, for whatever reason:
 * then `decideAppend` has to find out.
 */
export type TryOneEvent = (query: Query, append: OneEventAppend) => Promise<EventPlaces | undefined>

/** The fast path for one event, in a schema. */
export const createTryOneEvent = (schema: string): TryOneEvent => {
  const statement = statementOf(schema)
  return async (query, { record, expected }) => {
    const { clientId, eventId, recordedAt, text, sessionIds, userIds } = record
    const [ofClient, ofUser, ofSession] = earliestChecksOf([record])
    const [row] = await query<PlaceRow>(
      statement,
      [
        keyOf(clientId),
        keyOf(eventId),
        recordedAt,
        text,
        ...boundsOf(expected),
        ofClient?.tombstone,
        ...sessionIds.map(keyOf),
        ...userIds.map(keyOf),
        ofUser?.tombstone,
        ofSession?.tombstone,
        ofClient?.createdAt,
      ],
      'prepared',
    )
    return row && { revisions: [Number(row.revision)], places: [row.place] }
  }
}
