import { quarantineTable } from './quarantine.js'

/** The version of the tables and functions below. */
export const SCHEMA_VERSION = 2

/** Of how many clients the locks are held one by one; for more, the whole store is held at once. */
const MOST_CLIENT_LOCKS = 200

/**
 * What a role needs to use a store that exists in the schema `clientfold`. To create the store, a role
 * needs `CREATE` on the database, or on a schema that is there; to erase, it must own the tables,
 * because it rewrites them.
 *
 * @example
 * import { postgresGrants } from 'clientfold/postgres'
 * postgresGrants('clientfold', 'app')[0] // => 'GRANT USAGE ON SCHEMA clientfold TO app'
 */
export const postgresGrants = (schema: string, role: string): ReadonlyArray<string> => [
  `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
  `GRANT SELECT ON ${schema}.store_version TO ${role}`,
  `GRANT SELECT, INSERT ON ${['events', 'session_clients', 'user_clients', 'erased']
    .map((table) => `${schema}.${table}`)
    .join(', ')} TO ${role}`,
  `GRANT SELECT, INSERT, DELETE ON ${schema}.quarantined TO ${role}`,
]

/** Two look-ups of one shape. A key has up to 1,500 bytes, of which an index row takes no two. */
const lookUpTable = (schema: string, table: string): string => `
  create table ${schema}.${table} (
    key text collate "C" not null,
    client_key text collate "C" not null
  );
  create index ${table}_key on ${schema}.${table} (key, left(client_key, 64));
  alter index ${schema}.${table}_key alter column 2 set statistics 0;
  alter table ${schema}.${table} alter key set statistics 0, alter client_key set statistics 0;
`

/**
 * Nobody else adds these clients while their locks are held, so that looking is enough. With
 * `offset 0` they are looked up one by one, and never joined with all that is there.
 */
const addToLookUp = (schema: string, table: string, keys: string, clients: string): string => `
    insert into ${schema}.${table} (key, client_key)
    select n.key, n.client_key from unnest(${keys}, ${clients}) n(key, client_key)
    where not exists (
      select from ${schema}.${table} l
      where l.key = n.key
        and left(l.client_key, 64) = left(n.client_key, 64) and l.client_key = n.client_key
      offset 0
    )`

/**
 * What appends, and what locks.
 *
 * - `set enable_seqscan = off` and the generic plan: a connection keeps the plans of its functions, and
 *   one that was made while the tables were small would read all of them later.
 * - `append_events` is a function because each of its statements sees what was committed before it:
 *   it looks after it has locked, in one round trip. It writes everything, or nothing and answers
 *   nulls; the reasons are `decideAppend`'s to give. It locks before it writes, so that the
 *   transaction ids of a client's events ascend with their revisions. Of what
 *   nobody else can write meanwhile, only an event id may be taken, by an event of another client: a
 *   unique violation.
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
  client_keys text[], tombstones text[], lowest bigint[], highest bigint[],
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
    -- What lock_clients does: the usual case, without the cost of another function.
    perform pg_advisory_xact_lock_shared(hashtext('clientfold'), hashtext('${schema}')),
      pg_advisory_xact_lock(hashtextextended(client_keys[1], hashtext('${schema}')));
  else
    perform ${schema}.lock_clients(client_keys);
  end if;
  select array_agg(f.revision order by f.place),
    bool_and(not f.is_erased and f.revision between f.low and f.high)
      and not exists (select from ${schema}.events e where e.event_key = any (event_keys))
  into revisions, is_free
  from (
    select c.place, c.low, c.high,
      coalesce((select max(e.revision) from ${schema}.events e where e.client_key = c.key), 0)
        as revision,
      exists (select from ${schema}.erased e where e.tombstone = c.tombstone) as is_erased
    from unnest(client_keys, tombstones, lowest, highest)
      with ordinality c(key, tombstone, low, high, place)
  ) f;
  if not is_free then return; end if;
  with written as (
    insert into ${schema}.events as e (client_key, revision, event_key, recorded_at, text)
    select client_keys[n.place], revisions[n.place] + n.step, n.event_key, n.recorded_at, n.text
    from unnest(places, steps, event_keys, times, texts)
      n(place, step, event_key, recorded_at, text)
    returning e.position
  ),
  sessions as (${addToLookUp(schema, 'session_clients', 'session_keys', 'of_sessions')}
  ),
  users as (${addToLookUp(schema, 'user_clients', 'user_keys', 'of_users')}
  )
  select pg_current_xact_id()::text, array_to_string(revisions, ','),
    string_agg(w.position::text, ',' order by w.position)
  into xid, bases, positions from written w;
end $write$;
`

/**
 * Statements that make the store in a schema that is there.
 *
 * - `collate "C"`: an index outlives an upgrade of the system's collations.
 * - `statistics 0`: what ANALYZE samples would outlive an erasure in `pg_statistic`.
 */
export const schemaStatements = (schema: string): string => `
create table ${schema}.store_version (version integer not null);
insert into ${schema}.store_version values (${SCHEMA_VERSION});

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

${lookUpTable(schema, 'session_clients')}
${lookUpTable(schema, 'user_clients')}

create table ${schema}.erased (tombstone text collate "C" primary key);
${quarantineTable(schema)}
${functionStatements(schema)}`
