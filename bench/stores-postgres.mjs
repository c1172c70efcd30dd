// The PostgreSQL store, the bare driver on the same tables, and Emmett's store.
import pg from 'pg'
import { openPostgresStore } from 'clientfold/postgres'
import {
  atOnce,
  batchOf,
  compare,
  compareLoads,
  eventOf,
  parsedRow,
  rowOf,
  secondsOf,
} from './stores-workload.mjs'

const INSERT = `
  WITH written AS (
    INSERT INTO raw.events (client_key, revision, event_key, recorded_at, text)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::text[])
  ), sessions AS (
    INSERT INTO raw.session_clients SELECT DISTINCT * FROM unnest($6::text[], $1::text[])
  )
  INSERT INTO raw.user_clients SELECT DISTINCT * FROM unnest($7::text[], $1::text[])`

/** A page of the size that the store reads. */
const PAGE_ROWS = 2000

/** Reads up to the oldest open transaction, so that no event that commits late is skipped. */
const PAGE = `
  SELECT text, recorded_at, revision, xid || '/' || position AS position FROM raw.events e
  WHERE (e.xid, e.position) > ($1::xid8, $2::bigint)
    AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
  ORDER BY e.xid, e.position LIMIT ${PAGE_ROWS}`

const openRaw = async (url) => {
  await (await openPostgresStore({ url, schema: 'raw' })).close()
  const pool = new pg.Pool({ connectionString: url })
  return {
    append: (events, firstRevision) => {
      const rows = events.map(rowOf)
      return pool.query({
        name: 'append',
        text: INSERT,
        values: [
          rows.map(({ clientKey }) => clientKey),
          rows.map((_, index) => firstRevision + index),
          rows.map(({ eventKey }) => eventKey),
          rows.map(() => 1),
          rows.map(({ text }) => text),
          rows.map(({ sessionKey }) => sessionKey),
          rows.map(({ userKey }) => userKey),
        ],
      })
    },
    load: async (clientId) => {
      const text = `SELECT text, recorded_at, revision, xid || '/' || position AS position
        FROM raw.events WHERE client_key = $1 ORDER BY revision`
      const { rows } = await pool.query({ name: 'load', text, values: [clientId] })
      return rows.map(parsedRow)
    },
    replay: async () => {
      let [cursor, count] = [['0', '0'], 0]
      for (;;) {
        const { rows } = await pool.query({ name: 'page', text: PAGE, values: cursor })
        for (const row of rows) if (parsedRow(row).revision > 0) count += 1
        if (rows.length < PAGE_ROWS) return count
        cursor = rows.at(-1).position.split('/')
      }
    },
    close: () => pool.end(),
  }
}

export const benchPostgres = async (url, emmett) => {
  const raw = await openRaw(url)
  const store = await openPostgresStore({ url, schema: 'ours' })
  let series = 0
  const clientId = () => `p${(series += 1)}`
  const appenders = [
    { name: 'raw driver', append: (id, events, revision) => raw.append(events, revision + 1) },
    { name: 'clientfold', append: (id, events, revision) => store.append(id, events, revision) },
    ...(emmett === undefined
      ? []
      : [
          {
            name: 'Emmett',
            append: (id, events, revision) =>
              emmett.appendToStream(
                id,
                events.map(({ type, data }) => ({ type, data })),
                revision === 0 ? {} : { expectedStreamVersion: BigInt(revision) },
              ),
          },
        ]),
  ]
  const contenders = (events, work) =>
    appenders.map(({ name, append }) => ({
      name,
      measure: async () => events / (await secondsOf(() => work(append))),
    }))

  await compare(
    'PostgreSQL: append of one event, durable (500 in a row)',
    contenders(500, async (append) => {
      const id = clientId()
      for (let n = 0; n < 500; n++) await append(id, [eventOf(id, n)], n)
    }),
  )
  await compare(
    'PostgreSQL: append of one event, 8 at once (1,600)',
    contenders(1600, (append) =>
      atOnce(8, 1600, () => {
        const id = clientId()
        return append(id, [eventOf(id, 0)], 0)
      }),
    ),
  )
  await compare(
    'PostgreSQL: batches of 100 events, events (50 in a row)',
    contenders(5000, async (append) => {
      const id = clientId()
      for (let n = 0; n < 50; n++) await append(id, batchOf(id, 100 * n, 100), 100 * n)
    }),
  )
  await compare(
    'PostgreSQL: batches of 100 events, 8 at once, events (100)',
    contenders(10_000, (append) =>
      atOnce(8, 100, () => {
        const id = clientId()
        return append(id, batchOf(id, 0, 100), 0)
      }),
    ),
  )
  await compareLoads('PostgreSQL', raw, store, { clients: 100, loads: 1000 })
  const replay = async () => {
    let count = 0
    for await (const { revision } of store.readAll()) if (revision > 0) count += 1
    return count
  }
  const rateOf = (read) => async () => {
    let count
    const seconds = await secondsOf(async () => (count = await read()))
    return count / seconds
  }
  await compare('PostgreSQL: everything read without gaps, events', [
    { name: 'raw driver', measure: rateOf(raw.replay) },
    { name: 'clientfold', measure: rateOf(replay) },
  ])
  await raw.close()
  await store.close()
}
