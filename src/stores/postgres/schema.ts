import { compactionTableStatements, droppedHashExpression } from './dropped.js'
import { insertIntoLookUp, lookUpTableStatements } from './look-ups.js'
import { pendingErasureTableStatements } from './pending-erasures.js'
import { quarantineTableStatements } from './quarantine.js'
import { erasureTableStatements } from './tombstones.js'

/** The version of the tables and functions below. */
export const SCHEMA_VERSION = 4

/** Identifies the server, together with all its standbys: its transaction ids mean nothing elsewhere. */
export const SYSTEM_IDENTIFIER = '(select system_identifier::text from pg_control_system())'

/** For more clients than this, one lock of the whole store replaces the locks of the clients. */
const MOST_CLIENT_LOCKS = 200

/**
 * Statements that create the functions of the store.
 *
 * - `lock_clients` locks clients until the transaction ends.
 * - `append_events` writes a group of appends in one round trip. It is a function because each of its
 *   statements sees what was committed before it: it locks the clients, looks at the facts, and writes.
 *   It writes everything, or it writes nothing and returns nulls; `decideAppend` finds the reason. It
 *   locks before it writes, so that the transaction ids of a client's events ascend with their
 *   revisions. The locks do not cover an event id: a concurrent event of another client can take it, and
 *   then the function fails with a unique violation.
 * - `enable_seqscan = off` and the generic plan: a connection keeps the plans of its functions, and a
 *   plan from the time when the tables were small would read whole tables later.
 */
export const functionStatements = (schema: string): string => `
create or replace function ${schema}.lock_clients(client_keys text[]) returns void
language plpgsql as $lock$
begin
  if cardinality(client_keys) > ${MOST_CLIENT_LOCKS} then
    perform pg_advisory_xact_lock(hashtext('clientfold'), hashtext('${schema}'));
    return;
  end if;
  perform pg_advisory_xact_lock_shared(hashtext('clientfold'), hashtext('${schema}'));
  perform pg_advisory_xact_lock(locks.id) from (
    select distinct hashtextextended(key, hashtext('${schema}')) as id
    from unnest(client_keys) key order by id
  ) locks;
end $lock$;

create or replace function ${schema}.append_events(
  client_keys text[], client_hashes text[], lowest bigint[], highest bigint[],
  checked_tombstones text[], created_times bigint[],
  places integer[], steps integer[],
  event_keys text[], times bigint[], texts text[],
  session_keys text[], of_sessions text[], user_keys text[], of_users text[],
  out xid text, out bases text, out positions text
)
language plpgsql
set enable_seqscan = off set plan_cache_mode = force_generic_plan set jit = off
as $write$
declare
  revisions bigint[];
  is_free boolean;
begin
  if current_setting('transaction_isolation') <> 'read committed' then return; end if;
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  if cardinality(client_keys) = 1 then
    -- The same locks as in lock_clients, without the cost of another function: the usual case.
    perform pg_advisory_xact_lock_shared(hashtext('clientfold'), hashtext('${schema}')),
      pg_advisory_xact_lock(hashtextextended(client_keys[1], hashtext('${schema}')));
  else
    perform ${schema}.lock_clients(client_keys);
  end if;
  select array_agg(greatest(f.revision, f.horizon) order by f.place),
    bool_and(f.revision between f.low and f.high)
      and not exists (select from ${schema}.events e where e.event_key = any (event_keys))
      and not exists (
        select from unnest(event_keys) k(event_key) where exists (
          select from ${schema}.dropped d
          where d.event_hash = ${droppedHashExpression('k.event_key')} offset 0
        )
      )
      and not exists (
        select from unnest(checked_tombstones, created_times) c(tombstone, created_at)
        where exists (
          select from ${schema}.tombstones t
          where t.tombstone = c.tombstone and t.erased_at > c.created_at offset 0
        )
      )
  into revisions, is_free
  from (
    select c.place, c.low, c.high,
      coalesce((select max(e.revision) from ${schema}.events e where e.client_key = c.key), 0)
        as revision,
      (select h.revision from ${schema}.horizons h where h.client_hash = c.hash) as horizon
    from unnest(client_keys, client_hashes, lowest, highest)
      with ordinality c(key, hash, low, high, place)
  ) f;
  if not is_free then return; end if;
  with written as (
    insert into ${schema}.events as e (client_key, revision, event_key, recorded_at, text)
    select client_keys[n.place], revisions[n.place] + n.step, n.event_key, n.recorded_at, n.text
    from unnest(places, steps, event_keys, times, texts)
      n(place, step, event_key, recorded_at, text)
    returning e.position
  ),
  sessions as (${insertIntoLookUp(schema, 'session_clients', 'unnest(session_keys, of_sessions)')}
  ),
  users as (${insertIntoLookUp(schema, 'user_clients', 'unnest(user_keys, of_users)')}
  )
  select pg_current_xact_id()::text, array_to_string(revisions, ','),
    string_agg(w.position::text, ',' order by w.position)
  into xid, bases, positions from written w;
end $write$;
`

/**
 * Statements that create the store in an existing schema.
 *
 * - `collate "C"`: so that an index stays valid when the system's collations are upgraded.
 * - `system_identifier`: the server whose transactions the events refer to. Null means an unknown one.
 * - `statistics 0`: the samples of ANALYZE would stay in `pg_statistic` after an erasure.
 */
export const schemaStatements = (schema: string): string => `
create table ${schema}.store_version (version integer not null, system_identifier text);
insert into ${schema}.store_version values (${SCHEMA_VERSION}, ${SYSTEM_IDENTIFIER});

create table ${schema}.events (
  xid xid8 not null default pg_current_xact_id(),
  position bigint generated always as identity,
  client_key text collate "C" not null,
  revision bigint not null,
  event_key text collate "C" not null unique,
  recorded_at bigint not null,
  text text not null,
  primary key (xid, position),
  unique (client_key, revision)
);
alter table ${schema}.events
  alter client_key set statistics 0, alter event_key set statistics 0, alter text set statistics 0;

${lookUpTableStatements(schema, 'session_clients')}
${lookUpTableStatements(schema, 'user_clients')}

${erasureTableStatements(schema)}
${compactionTableStatements(schema)}
${quarantineTableStatements(schema)}
${pendingErasureTableStatements(schema)}
${functionStatements(schema)}`
