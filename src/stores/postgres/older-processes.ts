/**
 * Statements that end the work of processes of version 3 or older, which still run when the store is
 * upgraded: their functions, and the table that all their statements read, raise an error that says what to
 * do.
 *
 * - `erased` was their table of tombstones. As a view on a function, it fails even where it is only read.
 * - The functions keep their signatures, because prepared statements name them.
 */
export const stopOlderStatements = (schema: string): string => `
create function ${schema}.refuse_older() returns table (tombstone text)
language plpgsql volatile as $refuse$
begin
  raise exception 'the store was upgraded: stop this process and install the version of clientfold that upgraded it';
end $refuse$;
create view ${schema}.erased as select tombstone from ${schema}.refuse_older();
create function ${schema}.refuse_older_write() returns trigger
language plpgsql as $refuse$
begin
  perform ${schema}.refuse_older();
  return null;
end $refuse$;
create trigger refuse_older instead of insert or update or delete on ${schema}.erased
  for each row execute function ${schema}.refuse_older_write();
do $stop$
declare
  older record;
begin
  for older in
    select p.proname as name, pg_get_function_arguments(p.oid) as arguments,
      pg_get_function_result(p.oid) as result
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = '${schema}' and p.proname in ('append_events', 'write_events')
  loop
    execute format(
      'create or replace function ${schema}.%I(%s) returns %s language plpgsql as '
      '$older$ begin perform ${schema}.refuse_older(); end $older$',
      older.name, older.arguments, older.result
    );
  end loop;
end $stop$;
`
