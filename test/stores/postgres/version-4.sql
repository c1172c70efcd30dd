create table clientfold.store_version (version integer not null, system_identifier text);
insert into clientfold.store_version values (4, (select system_identifier::text from pg_control_system()));

create table clientfold.events (
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
alter table clientfold.events
  alter client_key set statistics 0, alter event_key set statistics 0, alter text set statistics 0;


  create table clientfold.session_clients (
    key text collate "C" not null,
    client_key text collate "C" not null
  );
  create index session_clients_key on clientfold.session_clients (key, left(client_key, 64));
  alter index clientfold.session_clients_key alter column 2 set statistics 0;
  alter table clientfold.session_clients alter key set statistics 0, alter client_key set statistics 0;


  create table clientfold.user_clients (
    key text collate "C" not null,
    client_key text collate "C" not null
  );
  create index user_clients_key on clientfold.user_clients (key, left(client_key, 64));
  alter index clientfold.user_clients_key alter column 2 set statistics 0;
  alter table clientfold.user_clients alter key set statistics 0, alter client_key set statistics 0;



create table clientfold.tombstones (
  tombstone text collate "C" primary key,
  erased_at bigint not null
);
create table clientfold.horizons (
  client_hash text collate "C" primary key,
  revision bigint not null
);
create table clientfold.erasures (
  number bigint primary key,
  client_hash text collate "C" not null
);


create table clientfold.dropped (event_hash uuid primary key);
create table clientfold.store_facts (name text collate "C" primary key, value bigint not null);


create table clientfold.quarantined (
  delivery_key text collate "C" primary key,
  received_at bigint not null,
  about text not null,
  body bytea not null
);
alter table clientfold.quarantined alter delivery_key set statistics 0,
  alter about set statistics 0, alter body set statistics 0;


create table clientfold.pending_erasures (
  user_key text collate "C" primary key,
  user_id text not null,
  due_at bigint
);
alter table clientfold.pending_erasures
  alter user_key set statistics 0, alter user_id set statistics 0;


create or replace function clientfold.lock_clients(client_keys text[]) returns void
language plpgsql as $lock$
begin
  if cardinality(client_keys) > 200 then
    perform pg_advisory_xact_lock(hashtext('clientfold'), hashtext('clientfold'));
    return;
  end if;
  perform pg_advisory_xact_lock_shared(hashtext('clientfold'), hashtext('clientfold'));
  perform pg_advisory_xact_lock(locks.id) from (
    select distinct hashtextextended(key, hashtext('clientfold')) as id
    from unnest(client_keys) key order by id
  ) locks;
end $lock$;

create or replace function clientfold.append_events(
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
    perform pg_advisory_xact_lock_shared(hashtext('clientfold'), hashtext('clientfold')),
      pg_advisory_xact_lock(hashtextextended(client_keys[1], hashtext('clientfold')));
  else
    perform clientfold.lock_clients(client_keys);
  end if;
  select array_agg(greatest(f.revision, f.horizon) order by f.place),
    bool_and(f.revision between f.low and f.high)
      and not exists (select from clientfold.events e where e.event_key = any (event_keys))
      and not exists (
        select from unnest(event_keys) k(event_key) where exists (
          select from clientfold.dropped d
          where d.event_hash = left(encode(sha256(convert_to(k.event_key, 'UTF8')), 'hex'), 32)::uuid offset 0
        )
      )
      and not exists (
        select from unnest(checked_tombstones, created_times) c(tombstone, created_at)
        where exists (
          select from clientfold.tombstones t
          where t.tombstone = c.tombstone and t.erased_at > c.created_at offset 0
        )
      )
  into revisions, is_free
  from (
    select c.place, c.low, c.high,
      coalesce((select max(e.revision) from clientfold.events e where e.client_key = c.key), 0)
        as revision,
      (select h.revision from clientfold.horizons h where h.client_hash = c.hash) as horizon
    from unnest(client_keys, client_hashes, lowest, highest)
      with ordinality c(key, hash, low, high, place)
  ) f;
  if not is_free then return; end if;
  with written as (
    insert into clientfold.events as e (client_key, revision, event_key, recorded_at, text)
    select client_keys[n.place], revisions[n.place] + n.step, n.event_key, n.recorded_at, n.text
    from unnest(places, steps, event_keys, times, texts)
      n(place, step, event_key, recorded_at, text)
    returning e.position
  ),
  sessions as (
    insert into clientfold.session_clients (key, client_key)
    select n.key, n.client_key from unnest(session_keys, of_sessions) n(key, client_key)
    where not exists (
      select from clientfold.session_clients l
      where l.key = n.key
        and left(l.client_key, 64) = left(n.client_key, 64) and l.client_key = n.client_key
      offset 0
    )
  ),
  users as (
    insert into clientfold.user_clients (key, client_key)
    select n.key, n.client_key from unnest(user_keys, of_users) n(key, client_key)
    where not exists (
      select from clientfold.user_clients l
      where l.key = n.key
        and left(l.client_key, 64) = left(n.client_key, 64) and l.client_key = n.client_key
      offset 0
    )
  )
  select pg_current_xact_id()::text, array_to_string(revisions, ','),
    string_agg(w.position::text, ',' order by w.position)
  into xid, bases, positions from written w;
end $write$;
