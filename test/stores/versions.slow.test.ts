import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ClientEvent } from '../../src/events/client-event.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { backupOf } from '../../src/testing/store-contract/backup-source.js'
import { describeWithPostgres } from './postgres/given.js'
import { DRIVERS, newPath, rawDatabase } from './sqlite/given.js'
import { answersNow, oldAnswers, oldPostgresRows, oldSqliteFile } from './versions.js'
import { aSessionEvent } from '../given.js'

/** Each answer is the same, nothing is damaged, duplicates stay duplicates, and what was erased stays erased. */
const expectSameAnswers = async (
  store: EventStore,
  kind: 'sqlite' | 'postgres',
  version: number,
): Promise<void> => {
  const old = oldAnswers(kind, version)
  expect(await answersNow(store, old)).toEqual(old)
  const damages: unknown[] = []
  expect(await store.check({ onDamage: (damage) => damages.push(damage) })).toMatchObject({
    events: old.events.length,
    clients: old.clients.length,
    deliveries: old.deliveries.length,
  })
  expect(damages).toEqual([])
  const again = await store.record(old.events.map(({ event }) => event as ClientEvent))
  expect(new Set(again.map(({ _tag }) => _tag))).toEqual(new Set(['Duplicate']))
  const erased = aSessionEvent({ client_id: 'client_erased' })
  expect(await store.record([erased])).toEqual([{ _tag: 'Erased', what: 'client' }])
  const events = old.clients.find(([id]) => id === 'client_shared')?.[1].length ?? 0
  const next = aSessionEvent({ client_id: 'client_shared' }, { id: 'msg_next' })
  expect(await store.record([next])).toMatchObject([{ recorded: { revision: events + 1 } }])
  const kinds = new Set((await backupOf(store)).map((record) => record.kind))
  expect(kinds).toContain('tombstone')
}

/** The statement with which each older version inserts an event. */
const OLD_INSERT = `INSERT INTO events (client_key, revision, event_key, recorded_at, text)
  VALUES ('client_shared', 900, 'msg_900', 1779955200000, '{}')`

describe.each(DRIVERS)('older SQLite files on %s', (driver) => {
  it.each([1, 2, 3, 4])(
    'a file of version %i that its own code wrote gives the same answers after the upgrade',
    async (version) => {
      const path = await newPath()
      writeFileSync(path, oldSqliteFile(version))
      const store = await openSqliteStore({ path, driver })
      await expectSameAnswers(store, 'sqlite', version)
      await store.close()
    },
  )

  it.each([1, 2, 3])(
    'a process that still has version %i open cannot write an event or a tombstone after the upgrade',
    async (version) => {
      const path = await newPath()
      writeFileSync(path, oldSqliteFile(version))
      const older = await rawDatabase(driver, path)
      older.prepare('SELECT count(*) FROM events').get()
      const store = await openSqliteStore({ path, driver })
      expect(() => {
        older.exec(version === 3 ? `INSERT INTO erased VALUES ('x')` : OLD_INSERT)
      }).toThrow(version === 3 ? /no such table/ : /NOT NULL/)
      older.close()
      await expectSameAnswers(store, 'sqlite', version)
      await store.close()
    },
  )

  it('a WAL file of an older version that another process has open is not upgraded', async () => {
    const path = await newPath()
    writeFileSync(path, oldSqliteFile(2))
    const older = await rawDatabase(driver, path)
    older.exec('PRAGMA journal_mode = wal; BEGIN; SELECT count(*) FROM events; COMMIT')
    const opening = openSqliteStore({ path, driver, busyTimeoutMilliseconds: 50 })
    await expect(opening).rejects.toMatchObject({ reason: 'busy' })
    // Another driver has no safe WAL, and waits for the other process to leave the WAL.
    if (driver !== 'node:sqlite') {
      older.close()
      return
    }
    await expect(openSqliteStore({ path, driver, busyTimeoutMilliseconds: 50 })).rejects.toThrow(
      'has version 2 and must be upgraded, but another process has it open: stop that process, and open the file again',
    )
    older.exec('SELECT count(*) FROM events')
    older.close()
    const stores = await Promise.all([1, 2, 3].map(() => openSqliteStore({ path, driver })))
    await Promise.all(stores.slice(1).map((store) => store.close()))
    await expectSameAnswers(stores[0]!, 'sqlite', 2)
    await stores[0]!.close()
  })

  it('an upgrade that is interrupted changes nothing', async () => {
    const path = await newPath()
    writeFileSync(path, oldSqliteFile(1))
    const other = await rawDatabase(driver, path)
    other.exec('BEGIN IMMEDIATE')
    const opening = openSqliteStore({ path, driver, busyTimeoutMilliseconds: 50 })
    await expect(opening).rejects.toMatchObject({ reason: 'busy' })
    other.exec('ROLLBACK')
    other.close()
    expect(readFileSync(path).equals(oldSqliteFile(1))).toBe(true)
  })
})

describeWithPostgres('older PostgreSQL stores', (server) => {
  it.each([1, 2, 3, 4])(
    'a store of version %i that its own code wrote gives the same answers after the upgrade',
    async (version) => {
      const database = await server().newDatabase()
      const sql = readFileSync(new URL(`postgres/version-${version}.sql`, import.meta.url), 'utf8')
      await server().run(database, 'create schema clientfold', sql)
      const client = await server().connect(database)
      for (const [table, rows] of Object.entries(oldPostgresRows(version))) {
        const columns = Object.keys(rows[0] ?? {}).join(', ')
        if (columns === '') continue
        await client.query(
          `insert into clientfold.${table} (${columns})
          select ${columns} from json_populate_recordset(null::clientfold.${table}, $1)`,
          [JSON.stringify(rows)],
        )
      }
      await client.end()
      const store = await openPostgresStore(server().url(database))
      await expectSameAnswers(store, 'postgres', version)
      await store.close()
    },
  )
})
