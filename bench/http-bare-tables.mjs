// The tables of the handler without clientfold: the present state of each client and session, and the ids of
// deliveries. Each query is what one would write by hand; a delivery is answered when its transaction is on disk.
import { setImmediate } from 'node:timers'

const KEEP = `where excluded.updated_at >= bare_sessions.updated_at`

const TABLES = (text) => `
  create table if not exists bare_deliveries (id ${text} primary key);
  create table if not exists bare_clients (
    id ${text} primary key, created_at bigint not null, updated_at bigint not null);
  create table if not exists bare_sessions (
    id ${text} primary key, client_id ${text} not null, user_id ${text} not null,
    created_at bigint not null, updated_at bigint not null, session text not null);
  create index if not exists bare_clients_order on bare_clients (created_at desc, id desc);
  create index if not exists bare_sessions_client on bare_sessions (client_id);
  create index if not exists bare_sessions_user on bare_sessions (user_id, created_at desc, id desc);`

const PUT_DELIVERY = 'insert into bare_deliveries values (?) on conflict do nothing'
const onClient = (min, max) => `on conflict (id) do update set
  created_at = ${min}(excluded.created_at, bare_clients.created_at),
  updated_at = ${max}(excluded.updated_at, bare_clients.updated_at)`
const PUT_CLIENT = `insert into bare_clients values (?, ?, ?) ${onClient('min', 'max')}`
const ON_SESSION = `on conflict (id) do update set
  updated_at = excluded.updated_at, session = excluded.session ${KEEP}`
const PUT_SESSION = `insert into bare_sessions values (?, ?, ?, ?, ?, ?) ${ON_SESSION}`
/** PostgreSQL does all of it in one statement, which is one round trip. */
const PUT = `with delivery as (insert into bare_deliveries values (?) on conflict do nothing returning id),
  client as (insert into bare_clients select ?, ?::bigint, ?::bigint from delivery ${onClient('least', 'greatest')}),
  session as (insert into bare_sessions
    select ?, ?, ?, ?::bigint, ?::bigint, ? from delivery ${ON_SESSION})
  select count(*) from delivery`
const CLIENT = 'select id, created_at, updated_at from bare_clients where id = ?'
const SESSIONS_OF = 'select session from bare_sessions where client_id = ?'
const PAGE = `select id, created_at, updated_at from bare_clients
  order by created_at desc, id desc limit ? offset ?`
const COUNT = 'select count(*) as total from bare_clients'
const OF_USER = `select session from bare_sessions where user_id = ?
  order by created_at desc, id desc limit ? offset ?`
const COUNT_OF_USER = 'select count(*) as total from bare_sessions where user_id = ?'

const clientValues = ({ client_id, created_at, updated_at }) => [client_id, created_at, updated_at]
const sessionValues = (session) => [
  ...[session.id, session.client_id, session.user_id, session.created_at, session.updated_at],
  JSON.stringify(session),
]

/** Puts the sessions of several clients into their rows. */
const grouped = (rows, sessions) => {
  const textsOf = new Map(rows.map(({ id }) => [id, []]))
  for (const { client_id, session } of sessions) textsOf.get(client_id).push(session)
  return rows.map((row) => ({ ...row, texts: textsOf.get(row.id) }))
}

/** The journal is the one that clientfold chooses with the same driver. */
const sqliteTables = async (path) => {
  const { default: Database } = await import('libsql')
  const database = new Database(path)
  database.exec(`pragma synchronous = full; ${TABLES('text')}`)
  const statements = new Map()
  const prepared = (text) => {
    if (!statements.has(text)) statements.set(text, database.prepare(text))
    return statements.get(text)
  }
  const all = (text, ...values) => prepared(text).all(...values)
  const ofPage = `select client_id, session from bare_sessions
    where client_id in (select value from json_each(?))`
  const put = ({ id, session }) => {
    const isNew = prepared(PUT_DELIVERY).run(id).changes === 1
    if (isNew) {
      prepared(PUT_CLIENT).run(...clientValues(session))
      prepared(PUT_SESSION).run(...sessionValues(session))
    }
    return isNew
  }
  // Deliveries that wait at the same moment share a transaction, and so a sync.
  let waiting = []
  const commitWaiting = () => {
    const deliveries = waiting
    waiting = []
    database.exec('begin immediate')
    const areNew = deliveries.map(put)
    database.exec('commit')
    deliveries.forEach(({ resolve }, n) => resolve(areNew[n]))
  }
  return {
    end: () => database.close(),
    record: (id, session) =>
      new Promise((resolve) => {
        if (waiting.push({ id, session, resolve }) === 1) setImmediate(commitWaiting)
      }),
    client: (id) => {
      const [row] = all(CLIENT, id)
      return row && { ...row, texts: all(SESSIONS_OF, id).map(({ session }) => session) }
    },
    clients: ({ limit, offset }) => {
      const rows = all(PAGE, limit, offset)
      const sessions = all(ofPage, JSON.stringify(rows.map(({ id }) => id)))
      return { rows: grouped(rows, sessions), total: all(COUNT)[0].total }
    },
    sessions: (userId, { limit, offset }) => ({
      texts: all(OF_USER, userId, limit, offset).map(({ session }) => session),
      total: all(COUNT_OF_USER, userId)[0].total,
    }),
  }
}

const postgresTables = async (connectionString) => {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString })
  await pool.query(TABLES('text collate "C"'))
  const names = new Map()
  const all = async (text, ...values) => {
    if (!names.has(text)) {
      let number = 0
      names.set(text, {
        name: `bare_${names.size}`,
        text: text.replaceAll('?', () => `$${++number}`),
      })
    }
    return (await pool.query({ ...names.get(text), values })).rows
  }
  const ofPage = 'select client_id, session from bare_sessions where client_id = any(?)'
  return {
    end: () => pool.end(),
    record: async (id, session) => {
      const [{ count }] = await all(PUT, id, ...clientValues(session), ...sessionValues(session))
      return count === '1'
    },
    client: async (id) => {
      const [[row], sessions] = await Promise.all([all(CLIENT, id), all(SESSIONS_OF, id)])
      return row && { ...row, texts: sessions.map(({ session }) => session) }
    },
    clients: async ({ limit, offset }) => {
      const [rows, [{ total }]] = await Promise.all([all(PAGE, limit, offset), all(COUNT)])
      const sessions = await all(
        ofPage,
        rows.map(({ id }) => id),
      )
      return { rows: grouped(rows, sessions), total: Number(total) }
    },
    sessions: async (userId, { limit, offset }) => {
      const [rows, [{ total }]] = await Promise.all([
        all(OF_USER, userId, limit, offset),
        all(COUNT_OF_USER, userId),
      ])
      return { texts: rows.map(({ session }) => session), total: Number(total) }
    },
  }
}

/** The tables in a database: `sqlite:FILE` or `postgres://…`. */
export const bareTables = (url) =>
  url.startsWith('sqlite:') ? sqliteTables(url.slice('sqlite:'.length)) : postgresTables(url)
