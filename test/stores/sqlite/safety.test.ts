import { describe, expect, it } from 'vitest'
import type { SqliteDatabase } from '../../../src/stores/sqlite/driver.js'
import { loadDriver } from '../../../src/stores/sqlite/driver.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { valueOf } from '../../../src/stores/sqlite/schema.js'
import { aSessionEvent } from '../../given.js'
import { DRIVERS, newPath } from './given.js'

const FULL = 2
const NORMAL = 1

/** A handle that notes how safe each commit is. */
const notingCommits = (
  database: SqliteDatabase,
  levels: Array<string | number>,
): SqliteDatabase => ({
  prepare: (sql) => database.prepare(sql),
  close: () => database.close(),
  exec: (sql) => {
    if (sql === 'COMMIT') levels.push(valueOf(database.prepare('PRAGMA synchronous')))
    return database.exec(sql)
  },
})

describe.each(DRIVERS)('the commits of a SQLite store on %s', (driver) => {
  it('sync what is recorded, and sync read models only in a rollback journal', async () => {
    const open = await loadDriver(driver)
    const database = open(await newPath())
    const levels: Array<string | number> = []
    const store = await openSqliteStore({ driver: notingCommits(database, levels) })
    const isWal = valueOf(database.prepare('PRAGMA journal_mode')) === 'wal'
    levels.length = 0
    await store.record([aSessionEvent({ id: 'sess_1' })])
    await store.sql?.write(function* () {
      yield { text: 'create table model (number integer)', isSilent: true }
    })
    await store.record([aSessionEvent({ id: 'sess_2' })])
    expect(levels).toEqual([FULL, isWal ? NORMAL : FULL, FULL])
    await store.close()
    database.close()
  })

  it('the WAL does not grow with the transactions of read models', async () => {
    const open = await loadDriver(driver)
    const database = open(await newPath())
    const store = await openSqliteStore({ driver: database })
    await store.sql?.write(function* () {
      yield { text: 'create table model (text text)', isSilent: true }
    })
    for (let n = 0; n < 20; n++) {
      await store.sql?.write(function* () {
        yield {
          text: 'insert into model values (?)',
          values: ['x'.repeat(400_000)],
          isSilent: true,
        }
      })
    }
    const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()
    // Of 2,000 pages. Without a WAL the answer is -1.
    expect((checkpoint as { readonly log: number }).log).toBeLessThan(700)
    await store.close()
    database.close()
  })
})
