import type { ChildProcess } from 'node:child_process'
import { chmod, copyFile, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { aSessionEvent } from '../../given.js'
import { AS_NOBODY, DRIVERS, newPath, rawDatabase, startChild } from './given.js'

/** Collects the lines of a child. */
const startReading = (path: string, driver: string) => {
  const child: ChildProcess = startChild(['readOnly', path, driver], AS_NOBODY)
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = new Promise((resolve) => child.on('close', resolve))
  const lines = () => output.split('\n').slice(0, -1)
  const until = async (count: number): Promise<ReadonlyArray<string>> => {
    await expect.poll(() => lines().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count)
    return lines()
  }
  const end = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
  }
  return { child, lines, until, end }
}

/** Takes the right to write from all users but root. */
const protect = async (path: string): Promise<void> => {
  for (const name of await readdir(dirname(path))) await chmod(join(dirname(path), name), 0o444)
  await chmod(dirname(path), 0o555)
}

const modeOf = async (path: string, driver: (typeof DRIVERS)[number]): Promise<unknown> => {
  const raw = await rawDatabase(driver, path)
  const [mode] = Object.values(raw.prepare('PRAGMA journal_mode').get() as object) as [string]
  raw.close()
  return mode
}

const REFUSED = (path: string): string =>
  `StoreUnavailable denied: the SQLite file ${path} is open for reading only`

describe.each(DRIVERS)('a SQLite store on %s without the right to write', (driver) => {
  it.each(['as it was made', 'truncate'])(
    'a closed store is read, with the journal %s, and every write is refused',
    async (journal) => {
      const path = await newPath()
      const store = await openSqliteStore({ path, driver })
      await store.record([aSessionEvent()])
      await store.close()
      if (journal === 'truncate') {
        const raw = await rawDatabase(driver, path)
        raw.exec('PRAGMA journal_mode = truncate')
        raw.close()
      }
      await protect(path)
      const names = await readdir(dirname(path))
      const { until, end } = startReading(path, driver)
      expect(await until(4)).toEqual([
        expect.stringMatching(/^1 events, 1 clients, position [0-9a-f]+\/1\/-?\d+$/),
        REFUSED(path),
        REFUSED(path),
        'waiting',
      ])
      await end()
      expect(await readdir(dirname(path))).toEqual(names)
    },
  )

  it('a store that another process writes to is read while it is written', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver })
    await store.record([aSessionEvent()])
    await protect(path)
    const { child, until, end } = startReading(path, driver)
    expect((await until(4))[0]).toMatch(/^1 events, 1 clients, position [0-9a-f]+\/1\/-?\d+$/)
    await store.record([aSessionEvent({}, { id: 'second' })])
    child.kill('SIGUSR2')
    expect((await until(5))[4]).toMatch(/^2 events, 1 clients, position [0-9a-f]+\/2\/-?\d+$/)
    await end()
    await store.close()
  })

  it('a closed WAL file that another process begins to write to is not read any more', async () => {
    const path = await newPath()
    await (await openSqliteStore({ path, driver })).close()
    if ((await modeOf(path, driver)) !== 'wal') return
    await protect(path)
    const { child, until, end } = startReading(path, driver)
    expect((await until(4))[0]).toMatch(/^0 events, 0 clients, position [0-9a-f]+\/0\/0$/)
    const store = await openSqliteStore({ path, driver })
    await store.record([aSessionEvent()])
    child.kill('SIGUSR2')
    expect((await until(5))[4]).toBe(
      `StoreUnavailable unreachable: the SQLite file ${path} was changed by another process, which cannot be followed without the right to write: open the store again`,
    )
    await end()
    await store.close()
  })

  it('a store whose last writer crashed within a transaction says who can open it', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver })
    await store.close()
    const raw = await rawDatabase(driver, path)
    raw.exec(
      'PRAGMA journal_mode = truncate; PRAGMA cache_size = 1; CREATE TABLE scratch (text); BEGIN',
    )
    // More than the cache takes, so that pages and their journal are in the files before the commit.
    const insert = raw.prepare('INSERT INTO scratch VALUES (?)')
    for (let row = 0; row < 3000; row++) insert.run(`text ${row}`.padEnd(100, '.'))
    const crashed = await newPath()
    await copyFile(path, crashed)
    await copyFile(`${path}-journal`, `${crashed}-journal`)
    raw.exec('ROLLBACK')
    raw.close()
    await protect(crashed)
    const { until, end } = startReading(crashed, driver)
    expect(await until(1)).toEqual([
      `StoreUnavailable denied: the process that wrote to the SQLite file ${crashed} last has not closed it: open it once with the right to write to it and to its folder`,
    ])
    await end()
  })

  it.each([
    {
      name: 'may not be read',
      protectMore: (path: string) => chmod(path, 0o000),
      sentence: 'denied: the SQLite file PATH may not be read',
    },
    {
      name: 'has an older version',
      protectMore: async (path: string) => {
        const raw = await rawDatabase(driver, path)
        raw.exec('PRAGMA user_version = 1; PRAGMA journal_mode = truncate')
        raw.close()
        await protect(path)
      },
      sentence:
        'denied: the SQLite file PATH has version 1: open it once with the right to write, which upgrades it',
    },
  ])('a store that $name is refused in one sentence', async ({ protectMore, sentence }) => {
    const path = await newPath()
    await (await openSqliteStore({ path, driver })).close()
    await protect(path)
    await protectMore(path)
    const { until, end } = startReading(path, driver)
    expect(await until(1)).toEqual([`StoreUnavailable ${sentence.replace('PATH', path)}`])
    await end()
  })

  it('with the right to write, a store that is opened for reading only refuses writes too', async () => {
    const path = await newPath()
    const missing = openSqliteStore({ path, driver, readOnly: true, create: true })
    await expect(missing).rejects.toMatchObject({ reason: 'missing' })
    const writer = await openSqliteStore({ path, driver })
    await writer.record([aSessionEvent()])
    const store = await openSqliteStore({ path, driver, readOnly: true })
    expect(await store.readClient('client_1')).toHaveLength(1)
    const denied = { name: 'StoreUnavailable', reason: 'denied' }
    await expect(store.record([aSessionEvent()])).rejects.toMatchObject(denied)
    await expect(store.append('client_1', [aSessionEvent()], 'any')).rejects.toMatchObject(denied)
    await expect(store.quarantine.remove('msg_1')).rejects.toMatchObject(denied)
    await expect(store.checkWritable()).rejects.toMatchObject(denied)
    await store.close()
    expect(await writer.readClient('client_1')).toHaveLength(1)
    await writer.close()
  })

  it('a connection of the caller that may only read is enough', async () => {
    const path = await newPath()
    const writer = await openSqliteStore({ path, driver })
    await writer.record([aSessionEvent()])
    const raw = await rawDatabase(driver, path)
    raw.exec('PRAGMA query_only = ON')
    const store = await openSqliteStore({ driver: raw, readOnly: true })
    expect(await store.readClient('client_1')).toHaveLength(1)
    await store.close()
    raw.close()
    await writer.close()
  })
})
