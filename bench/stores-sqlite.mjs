// The SQLite store, and the bare driver on the same schema with the same settings.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openClients, openMemoryStore } from 'clientfold'
import { openSqliteStore } from 'clientfold/sqlite'
import {
  batchOf,
  compare,
  compareLoads,
  eventOf,
  latenciesOf,
  parsedRow,
  quantile,
  rowOf,
  secondsOf,
} from './stores-workload.mjs'

const openDatabase = async (path) => {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 13)) {
    const { DatabaseSync } = await import('node:sqlite')
    return new DatabaseSync(path)
  }
  const { default: Database } = await import('libsql')
  return new Database(path)
}

/** The bare driver: one transaction for each call, without any check. */
const openRaw = async (path) => {
  await (await openSqliteStore(path)).close()
  const database = await openDatabase(path)
  const journal = Object.values(database.prepare('PRAGMA journal_mode').get())[0]
  database.exec(`PRAGMA journal_mode = ${journal === 'wal' ? 'wal' : 'truncate'}`)
  database.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
  const insert = database.prepare(
    `INSERT INTO events (client_key, revision, event_key, recorded_at, text, head_checksum, checksum)
      VALUES (?, ?, ?, ?, ?, 0, 0)`,
  )
  const session = database.prepare('INSERT OR IGNORE INTO session_clients VALUES (?, ?)')
  const user = database.prepare('INSERT OR IGNORE INTO user_clients VALUES (?, ?)')
  const select = database.prepare(
    'SELECT position, revision, recorded_at, text FROM events WHERE client_key = ? ORDER BY revision',
  )
  return {
    append: (events, firstRevision) => {
      database.exec('BEGIN IMMEDIATE')
      for (const [index, event] of events.entries()) {
        const { clientKey, eventKey, sessionKey, userKey, text } = rowOf(event)
        insert.run(clientKey, firstRevision + index, eventKey, 1, text)
        session.run(sessionKey, clientKey)
        user.run(userKey, clientKey)
      }
      database.exec('COMMIT')
    },
    load: (clientId) => select.all(clientId).map(parsedRow),
    close: () => database.close(),
  }
}

export const benchSqlite = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clientfold-bench-'))
  const raw = await openRaw(join(folder, 'raw.db'))
  const store = await openSqliteStore(join(folder, 'ours.db'))
  let series = 0
  const clientId = () => `c${(series += 1)}`

  const ones = 1000
  await compare(`SQLite: append of one event, durable (${ones} in a row)`, [
    {
      name: 'raw driver',
      measure: async () => {
        const id = clientId()
        return (
          ones /
          (await secondsOf(() => {
            for (let n = 0; n < ones; n++) raw.append([eventOf(id, n)], n + 1)
          }))
        )
      },
    },
    {
      name: 'clientfold',
      measure: async () => {
        const id = clientId()
        return (
          ones /
          (await secondsOf(async () => {
            for (let n = 0; n < ones; n++) await store.append(id, [eventOf(id, n)], n)
          }))
        )
      },
    },
  ])

  const batches = 100
  await compare(`SQLite: batches of 100 events, durable, events (${batches} in a row)`, [
    {
      name: 'raw driver',
      measure: async () => {
        const id = clientId()
        return (
          (100 * batches) /
          (await secondsOf(() => {
            for (let n = 0; n < batches; n++) raw.append(batchOf(id, 100 * n, 100), 100 * n + 1)
          }))
        )
      },
    },
    {
      name: 'clientfold',
      measure: async () => {
        const id = clientId()
        return (
          (100 * batches) /
          (await secondsOf(async () => {
            for (let n = 0; n < batches; n++)
              await store.append(id, batchOf(id, 100 * n, 100), 100 * n)
          }))
        )
      },
    },
  ])

  await compareLoads('SQLite', raw, store, { clients: 200, loads: 2000 })

  for (let n = 0; n < 20; n++) {
    await store.append(`thousand${n}`, batchOf(`thousand${n}`, 0, 1000), 0)
  }
  const kept = openClients({ store })
  const cold = openClients({ store, cachedStates: 0 })
  for (let n = 0; n < 20; n++) await kept.get(`thousand${n}`)
  const rows = {}
  for (const [name, clients, count] of [
    ['state kept', kept, 4000],
    ['nothing kept', cold, 400],
  ]) {
    const latencies = await latenciesOf(count, (n) => clients.get(`thousand${n % 20}`))
    rows[name] = {
      'p50 µs': Math.round(quantile(latencies, 0.5)),
      'p99 µs': Math.round(quantile(latencies, 0.99)),
    }
  }
  console.log('\nSQLite: get of a Client with 1,000 events in 50 sessions')
  console.table(rows)

  raw.close()
  await store.close()
  rmSync(folder, { recursive: true })
}

export const benchMemory = async (castore) => {
  const store = openMemoryStore()
  const ones = 2000
  let series = 0
  await compare(`memory: append of one event (${ones} in a row)`, [
    {
      name: 'Castore',
      measure: async () => {
        const adapter = castore()
        const id = `c${(series += 1)}`
        return (
          ones /
          (await secondsOf(async () => {
            for (let n = 0; n < ones; n++) {
              const { type, data } = eventOf(id, n)
              const event = { aggregateId: id, version: n + 1, type, payload: data }
              await adapter.pushEvent(event, { eventStoreId: 'clients' })
            }
          }))
        )
      },
    },
    {
      name: 'clientfold',
      measure: async () => {
        const id = `c${(series += 1)}`
        return (
          ones /
          (await secondsOf(async () => {
            for (let n = 0; n < ones; n++) await store.append(id, [eventOf(id, n)], n)
          }))
        )
      },
    },
  ])
}
