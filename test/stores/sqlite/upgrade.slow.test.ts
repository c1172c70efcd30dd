import { chmod } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventText } from '../../../src/events/encode-event.js'
import { clientHashOf } from '../../../src/event-store/client-hash.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import type { SqliteDatabase, SqliteDriver } from '../../../src/stores/sqlite/driver.js'
import { aSessionEvent, T0 } from '../../given.js'
import { asNobody, DRIVERS, everything, newPath, numberOf, rawDatabase } from './given.js'

/** The statements that created a file of version 1. */
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

/** After every upgrade: the year 2100. */
const LATER = 4_102_444_800_000

const INSERT = 'INSERT INTO events (client_key, revision, event_key, recorded_at, text) VALUES'

const insertEvent = (database: SqliteDatabase, revision: number): void => {
  const id = `msg_${revision}`
  database
    .prepare(`${INSERT} (?, ?, ?, ?, ?)`)
    .run('client_1', revision, id, T0, eventText(aSessionEvent({}, { id })))
}

/** A file of version 1 with two events, and the open handle that created it. */
const oldFile = async (driver: SqliteDriver) => {
  const path = await newPath()
  const database = await rawDatabase(driver, path)
  database.exec(VERSION_1)
  insertEvent(database, 1)
  insertEvent(database, 2)
  database.exec(`
    INSERT INTO session_clients SELECT DISTINCT json_extract(text, '$.data.id'), client_key FROM events;
    INSERT INTO user_clients SELECT DISTINCT json_extract(text, '$.data.user_id'), client_key FROM events;
  `)
  return { path, database }
}

const versionOf = (database: SqliteDatabase): unknown =>
  Object.values(database.prepare('PRAGMA user_version').get() as object)[0]

const delivery = { id: 'msg_9', receivedAt: T0, reason: 'not JSON', body: Uint8Array.of(0, 255) }

describe.each(DRIVERS)('the SQLite file of version 1 on %s', (driver) => {
  it('an opening adds the quarantine to a file of version 1, and keeps its events', async () => {
    const { path, database } = await oldFile(driver)
    database.close()
    for (const deliveries of [[], [delivery]]) {
      const store = await openSqliteStore({ path, driver })
      const events = await everything(store)
      expect(events.map((each) => [each.event.id, numberOf(each)])).toEqual([
        ['msg_1', 1],
        ['msg_2', 2],
      ])
      expect(await store.check({ onDamage: () => undefined })).toMatchObject({ damaged: 0 })
      const kept = []
      for await (const each of store.quarantine.all()) kept.push(each)
      expect(kept).toEqual(deliveries)
      await store.quarantine.keep(delivery)
      await store.close()
    }
    const after = await rawDatabase(driver, path)
    expect(versionOf(after)).toBe(5)
    after.close()
  })

  it('eight openings at once upgrade a file of version 1 once', async () => {
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

  it('a client that was erased before the upgrade stays erased, and its device can be used again', async () => {
    const { path, database } = await oldFile(driver)
    database.prepare('INSERT INTO erased VALUES (?)').run(clientHashOf('erased'))
    const store = await openSqliteStore({ path, driver })
    const early = aSessionEvent({ id: 'sess_early', client_id: 'erased' })
    const late = aSessionEvent({ id: 'sess_late', client_id: 'erased', created_at: LATER })
    expect(await store.record([early, late])).toMatchObject([
      { _tag: 'Erased', what: 'client' },
      { _tag: 'Recorded' },
    ])
    // A process of the older version knows no moments. Its statements name a table that is gone.
    expect(() => {
      database.exec(`INSERT INTO erased VALUES ('x')`)
    }).toThrow(/no such table/)
    database.close()
    await store.close()
  })

  it('a process that opened version 1 cannot write an event without a checksum after the upgrade', async () => {
    const { path, database } = await oldFile(driver)
    const store = await openSqliteStore({ path, driver })
    expect(() => {
      insertEvent(database, 3)
    }).toThrow(/NOT NULL/)
    expect(await store.readClient('client_1')).toHaveLength(2)
    database.close()
    await store.close()
  })

  it('a record that was damaged before the upgrade is still a damaged record after it', async () => {
    const { path, database } = await oldFile(driver)
    database.exec(`UPDATE events SET text = CAST(x'7bff7d' AS TEXT) WHERE revision = 2`)
    database.close()
    const store = await openSqliteStore({ path, driver })
    await expect(store.readClient('client_1')).rejects.toMatchObject({
      name: 'CorruptRecord',
      problem: 'not-utf-8',
      revision: 2,
    })
    const damages: unknown[] = []
    for await (const { event } of store.readAll({ onDamage: (damage) => damages.push(damage) })) {
      expect(event.id).toBe('msg_1')
    }
    expect(damages).toHaveLength(1)
    await store.close()
  })

  it('a process that opened version 1 can still erase a client after the upgrade', async () => {
    const { path, database } = await oldFile(driver)
    const store = await openSqliteStore({ path, driver })
    for (const table of ['events', 'session_clients', 'user_clients']) {
      database.prepare(`DELETE FROM ${table} WHERE client_key = ?`).run('client_1')
    }
    expect(await store.readClient('client_1')).toEqual([])
    expect(await store.clientIds()).toEqual([])
    expect(await store.check({ onDamage: () => undefined })).toMatchObject({ damaged: 0 })
    database.close()
    await store.close()
  })

  it('the upgrade keeps the highest position that was ever given', async () => {
    const { path, database } = await oldFile(driver)
    database.exec('DELETE FROM events WHERE revision = 2')
    database.close()
    const store = await openSqliteStore({ path, driver })
    await store.record([aSessionEvent({}, { id: 'msg_3' })])
    expect((await everything(store)).map(numberOf)).toEqual([1, 3])
    await store.close()
  })

  it('a file of version 1 without the right to write stays unchanged, and the opening is denied', async () => {
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
