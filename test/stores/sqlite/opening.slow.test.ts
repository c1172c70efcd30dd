import type { ChildProcess } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { UnavailableReason } from '../../../src/event-store/store-error.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { aSessionEvent } from '../../given.js'
import { asNobody, DRIVERS, linesOf, newFolder, newPath, rawDatabase, startChild } from './given.js'

describe.each(DRIVERS)('the opening of a SQLite store on %s', (driver) => {
  it('an opening makes the connection durable, also on an existing file', async () => {
    const path = await newPath()
    await (await openSqliteStore({ path, driver })).close()
    const database = await rawDatabase(driver, path)
    database.exec('PRAGMA synchronous = NORMAL')
    await openSqliteStore({ driver: database })
    expect(database.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 2 })
    expect(database.prepare('PRAGMA secure_delete').get()).toMatchObject({ secure_delete: 1 })
    const { version } = database.prepare('SELECT sqlite_version() AS version').get() as {
      readonly version: string
    }
    const isSafe = !/^3\.([0-4]\d|50|51\.[012]$)/.test(version)
    const mode = database.prepare('PRAGMA journal_mode').get()
    expect(mode).toMatchObject({ journal_mode: isSafe ? 'wal' : 'truncate' })
    database.close()
  })

  it('a store on a handle of the caller leaves the handle open', async () => {
    const database = await rawDatabase(driver, await newPath())
    const store = await openSqliteStore({ driver: database })
    await store.record([aSessionEvent()])
    await store.close()
    expect(database.prepare('SELECT count(*) AS n FROM events').get()).toMatchObject({ n: 1 })
    database.close()
  })

  it.each<{
    readonly name: string
    readonly create: (path: string) => Promise<void>
    readonly reason: UnavailableReason
    readonly sentence: string
  }>([
    {
      name: 'a file that is not a database',
      create: (path) => writeFile(path, 'a poem, and not a database\n'.repeat(100)),
      reason: 'foreign',
      sentence: 'is not a database',
    },
    {
      name: "another application's database",
      create: async (path) => {
        const other = await rawDatabase(driver, path)
        other.exec('CREATE TABLE poems (text)')
        other.close()
      },
      reason: 'foreign',
      sentence: 'is a database of another application',
    },
    {
      name: 'a store of a newer version',
      create: async (path) => {
        await (await openSqliteStore({ path, driver })).close()
        const newer = await rawDatabase(driver, path)
        newer.exec('PRAGMA user_version = 99')
        newer.close()
      },
      reason: 'newer',
      sentence: 'was written by a newer version of clientfold',
    },
    {
      name: 'a folder',
      create: async (path) => {
        await mkdir(path)
      },
      reason: 'foreign',
      sentence: 'is a folder',
    },
  ])('$name is refused as $reason', async ({ create, reason, sentence }) => {
    const path = await newPath()
    await create(path)
    await expect(openSqliteStore({ path, driver })).rejects.toMatchObject({
      name: 'StoreUnavailable',
      reason,
      message: `the SQLite file ${path} ${sentence}`,
    })
  })

  it('an opening with create: false creates no store, and opens an existing one', async () => {
    const path = await newPath()
    const refused = (sentence: string) => ({
      name: 'StoreUnavailable',
      reason: 'missing',
      message: `the SQLite file${sentence}`,
    })
    const opening = openSqliteStore({ path, driver, create: false })
    await expect(opening).rejects.toMatchObject(refused(` ${path} does not exist`))
    expect(await readdir(dirname(path))).toEqual([])

    await writeFile(path, '')
    const again = openSqliteStore({ path, driver, create: false })
    await expect(again).rejects.toMatchObject(refused(` ${path} holds no store`))
    const handle = await rawDatabase(driver, path)
    const onHandle = openSqliteStore({ driver: handle, create: false })
    await expect(onHandle).rejects.toMatchObject(refused(' holds no store'))
    handle.close()
    expect(await readdir(dirname(path))).toEqual(['clients.db'])
    expect(await readFile(path, 'utf8')).toBe('')

    await (await openSqliteStore({ path, driver, create: true })).close()
    await (await openSqliteStore({ path, driver, create: false })).close()
  })

  it('a path without a folder is refused', async () => {
    const path = join(await newFolder(), 'no', 'clients.db')
    await expect(openSqliteStore({ path, driver })).rejects.toMatchObject({
      reason: 'unreachable',
      message: `there is no folder for the SQLite file ${path}`,
    })
  })

  it('a file or a folder without the right to write is refused', async () => {
    const path = await newPath()
    await (await openSqliteStore({ path, driver })).close()
    await chmod(path, 0o444)
    await chmod(dirname(path), 0o555)
    const opening = asNobody(async () => {
      const store = await openSqliteStore({ path, driver })
      // With the rights of root given up only in part, the write fails instead of the opening.
      await store.record([aSessionEvent()]).finally(() => store.close())
    })
    await expect(opening).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'denied' })
    const making = asNobody(() => openSqliteStore({ path: join(dirname(path), 'new.db'), driver }))
    await expect(making).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'denied' })
  })

  it('an append waits for a lock of another process without blocking this one, and then rejects as busy', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver, busyTimeoutMilliseconds: 600 })
    const other = await rawDatabase(driver, path)
    other.exec('BEGIN IMMEDIATE')
    let ticks = 0
    const ticking = setInterval(() => (ticks += 1), 1)
    await expect(store.record([aSessionEvent()])).rejects.toMatchObject({
      name: 'StoreUnavailable',
      reason: 'busy',
      message: `the SQLite file ${path} is locked by another process`,
    })
    clearInterval(ticking)
    expect(ticks).toBeGreaterThan(2)

    const recording = store.record([aSessionEvent()])
    setTimeout(() => other.exec('COMMIT'), 50)
    expect(await recording).toMatchObject([{ _tag: 'Recorded' }])
    other.close()
    await store.close()
  })

  it('eight openings at once create one store in a new file', async () => {
    const path = await newPath()
    const stores = await Promise.all(
      Array.from({ length: 8 }, () => openSqliteStore({ path, driver })),
    )
    for (const [index, store] of stores.entries()) {
      await store.record([aSessionEvent({}, { id: `event_${index}` })])
    }
    expect(await stores[0]!.readClient('client_1')).toHaveLength(8)
    await Promise.all(stores.map((store) => store.close()))
  })
})

/**
 * The older driver runs in a process of its own, because two copies of SQLite in one process do not see
 * each other's locks.
 */
describe.skipIf(DRIVERS.length < 2)('a SQLite file under both drivers', () => {
  const older = (path: string, patience: number, limit: number): ChildProcess =>
    startChild(['recordOn', path, 'libsql', 'older', String(patience), String(limit)])

  it('a file with a rollback journal keeps it under a newer SQLite', async () => {
    const path = await newPath()
    expect(await linesOf(older(path, 1000, 1))).toEqual(['recorded'])
    const lines = linesOf(older(path, 10_000, 10))
    const newer = await openSqliteStore({ path, driver: 'node:sqlite' })
    for (let serial = 0; serial < 10; serial++) {
      await newer.record([aSessionEvent({}, { id: `newer-${serial}` })])
    }
    // The first of the ten was already in the file.
    expect(await lines).toHaveLength(10)
    expect(await newer.readClient('client_1')).toHaveLength(20)
    await newer.close()
  })

  it('a WAL file gets a rollback journal from an older SQLite, but not while a newer one has it open', async () => {
    const path = await newPath()
    const newer = await openSqliteStore({ path, driver: 'node:sqlite' })
    await newer.record([aSessionEvent({}, { id: 'newer' })])
    expect(await linesOf(older(path, 50, 1))).toEqual([
      `busy: the SQLite file ${path} is locked by another process`,
    ])
    await newer.close()
    expect(await linesOf(older(path, 50, 1))).toEqual(['recorded'])
  })

  it('an older SQLite does not write to a file that another process has turned into a WAL file', async () => {
    const path = await newPath()
    const child = older(path, 1000, 1000)
    const lines = linesOf(child)
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    const other = await rawDatabase('node:sqlite', path)
    other.exec('PRAGMA busy_timeout = 1000; PRAGMA journal_mode = WAL')
    expect((await lines).at(-1)).toBe(
      `denied: the SQLite file ${path} has become a WAL file, which this version of SQLite could corrupt: use SQLite 3.51.3 or later`,
    )
    other.close()
  })
})
