-- What made a schema of version 1: the schema "clientfold", as it stood before the quarantine.
create table clientfold.store_version (version integer not null);
insert into clientfold.store_version values (1);

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


create table clientfold.erased (tombstone text collate "C" primary key);

create function clientfold.lock_clients(client_keys text[]) returns void
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

create function clientfold.write_events(
  client_keys text[], tombstones text[], lowest bigint, highest bigint,
  of_clients text[], steps bigint[], event_keys text[], times bigint[], texts text[],
  session_keys text[], of_sessions text[], user_keys text[], of_users text[]
) returns table (written_key text, written_revision bigint, written_position text)
language plpgsql
set enable_seqscan = off set plan_cache_mode = force_generic_plan set jit = off
as $write$
declare written_count bigint;
begin
  if current_setting('transaction_isolation') <> 'read committed' then return; end if;
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  perform clientfold.lock_clients(client_keys);
  if exists (select from clientfold.erased e where e.tombstone = any (tombstones))
    or exists (select from clientfold.events e where e.event_key = any (event_keys))
    or lowest is not null and exists (
      select from unnest(client_keys) key
      where coalesce((select max(e.revision) from clientfold.events e where e.client_key = key), 0) not between lowest and highest
    )
  then return; end if;
  return query
  with written as (
    insert into clientfold.events as e (client_key, revision, event_key, recorded_at, text)
    select n.client_key, n.step + coalesce((select max(e.revision) from clientfold.events e where e.client_key = n.client_key), 0),
      n.event_key, n.recorded_at, n.text
    from unnest(of_clients, steps, event_keys, times, texts)
      with ordinality n(client_key, step, event_key, recorded_at, text, place)
    order by n.place
    on conflict do nothing
    returning e.event_key, e.revision, e.xid, e.position
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
  select w.event_key, w.revision, w.xid || '/' || w.position from written w;
  get diagnostics written_count = row_count;
  if written_count <> cardinality(event_keys) then
    raise exception 'an event id was taken meanwhile' using errcode = 'serialization_failure';
  end if;
end $write$;
