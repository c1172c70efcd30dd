import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { SqliteDatabase } from '../../../src/stores/sqlite/driver.js'
import { loadDriver } from '../../../src/stores/sqlite/driver.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { valueOf } from '../../../src/stores/sqlite/schema.js'
import { aSessionEvent } from '../../given.js'
import { DRIVERS, newPath } from './given.js'

const FULL = 2
const NORMAL = 1

/** The files that this process has open, also those that were deleted. */
const openFiles = (): ReadonlyArray<string> =>
  readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)]
    } catch {
      // It was closed meanwhile.
      return []
    }
  })

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
    expect((checkpoint as { readonly log: number }).log).toBeLessThan(450)
    await store.close()
    database.close()
  })

  it.runIf(existsSync('/proc/self/fd'))('a read model writes no temporary file', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver })
    const temporary: string[] = []
    await store.sql?.write(function* () {
      yield { text: 'create table model (text text not null)', isSilent: true }
      const texts = Array.from({ length: 500 }, () => 'x'.repeat(4000))
      yield {
        text: 'insert into model select value from json_each(?)',
        values: [texts],
        isSilent: true,
      }
      // SQLite can undo this statement alone, so it copies each page of the table first.
      yield { text: "update model set text = replace(text, 'x', 'y')", isSilent: true }
      temporary.push(...openFiles().filter((file) => file.includes('etilqs_')))
    })
    expect(openFiles().some((file) => file.startsWith(path))).toBe(true)
    expect(temporary).toEqual([])
    await store.close()
  })

  it('the temporary tables of the caller stay', async () => {
    const open = await loadDriver(driver)
    const database = open(await newPath())
    database.exec('create temporary table mine (number integer); insert into mine values (7)')
    const store = await openSqliteStore({ driver: database })
    await store.record([aSessionEvent({ id: 'sess_1' })])
    await store.scrub()
    expect(valueOf(database.prepare('select number from mine'))).toBe(7)
    await store.close()
    database.close()
  })
})
