import { chmod } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventText } from '../../../src/events/encode-event.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import type { SqliteDatabase, SqliteDriver } from '../../../src/stores/sqlite/driver.js'
import { aSessionEvent, T0 } from '../../given.js'
import { asNobody, DRIVERS, everything, newPath, rawDatabase } from './given.js'

/** What made a file of version 1. */
const VERSION_1 = `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    client_key TEXT NOT NULL,
    revision INTEGER NOT NULL,
    event_key TEXT NOT NULL UNIQUE,
    recorded_at INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (client_key, revision)
  );
  CREATE TABLE session_clients (
    session_key TEXT NOT NULL,
    client_key TEXT NOT NULL,
    PRIMARY KEY (session_key, client_key)
  ) WITHOUT ROWID;
  CREATE TABLE user_clients (
    user_key TEXT NOT NULL,
    client_key TEXT NOT NULL,
    PRIMARY KEY (user_key, client_key)
  ) WITHOUT ROWID;
  CREATE TABLE erased (tombstone TEXT PRIMARY KEY) WITHOUT ROWID;
  PRAGMA application_id = 1668048484;
  PRAGMA user_version = 1;
`

const INSERT = 'INSERT INTO events (client_key, revision, event_key, recorded_at, text) VALUES'

const insertEvent = (database: SqliteDatabase, revision: number): void => {
  const id = `msg_${revision}`
  database
    .prepare(`${INSERT} (?, ?, ?, ?, ?)`)
    .run('client_1', revision, id, T0, eventText(aSessionEvent({}, { id })))
}

/** A file of version 1 with two events in it; the handle that made it is open. */
const oldFile = async (driver: SqliteDriver) => {
  const path = await newPath()
  const database = await rawDatabase(driver, path)
  database.exec(VERSION_1)
  insertEvent(database, 1)
  insertEvent(database, 2)
  return { path, database }
}

const versionOf = (database: SqliteDatabase): unknown =>
  Object.values(database.prepare('PRAGMA user_version').get() as object)[0]

const delivery = { id: 'msg_9', receivedAt: T0, reason: 'not JSON', body: Uint8Array.of(0, 255) }

describe.each(DRIVERS)('a SQLite file of version 1 on %s', (driver) => {
  it('gets a quarantine when it is opened, and keeps all that it holds', async () => {
    const { path, database } = await oldFile(driver)
    database.close()
    for (const deliveries of [[], [delivery]]) {
      const store = await openSqliteStore({ path, driver })
      const events = await everything(store)
      expect(events.map(({ event, position }) => [event.id, position])).toEqual([
        ['msg_1', '1'],
        ['msg_2', '2'],
      ])
      const kept = []
      for await (const each of store.quarantine.all()) kept.push(each)
      expect(kept).toEqual(deliveries)
      await store.quarantine.keep(delivery)
      await store.close()
    }
    const after = await rawDatabase(driver, path)
    expect(versionOf(after)).toBe(2)
    after.close()
  })

  it('is brought up once, if many open it at once', async () => {
    const { path, database } = await oldFile(driver)
    database.close()
    const stores = await Promise.all(
      Array.from({ length: 8 }, () => openSqliteStore({ path, driver })),
    )
    for (const [n, store] of stores.entries()) {
      await store.quarantine.keep({ ...delivery, id: `msg_${n}` })
    }
    const kept = []
    for await (const { id } of stores[0]!.quarantine.all()) kept.push(id)
    expect(kept).toHaveLength(8)
    expect(await everything(stores[7]!)).toHaveLength(2)
    await Promise.all(stores.map((store) => store.close()))
  })

  it('may still be written to by who opened it before', async () => {
    const { path, database } = await oldFile(driver)
    const store = await openSqliteStore({ path, driver })
    insertEvent(database, 3)
    expect(await store.readClient('client_1')).toHaveLength(3)
    database.close()
    await store.close()
  })

  it('stays as it is where it may not be written to, and that is said', async () => {
    const { path, database } = await oldFile(driver)
    database.close()
    await chmod(path, 0o444)
    await chmod(dirname(path), 0o555)
    const opening = asNobody(() => openSqliteStore({ path, driver }))
    await expect(opening).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'denied' })
    const after = await rawDatabase(driver, path)
    expect(versionOf(after)).toBe(1)
    after.close()
  })
})
