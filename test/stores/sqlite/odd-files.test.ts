import { copyFile, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { eventLine, logOf } from '../../replay/log-bytes.js'
import { aSessionEvent } from '../../given.js'
import { DRIVERS, newPath, rawDatabase } from './given.js'

describe.each(DRIVERS)('a file that is no store, on %s', (driver) => {
  /** The bytes of a closed store. */
  const storeBytes = async (): Promise<Buffer> => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver })
    await store.record([aSessionEvent()])
    await store.close()
    return readFile(path)
  }

  const CASES: ReadonlyArray<{
    readonly name: string
    readonly make: (path: string) => Promise<unknown>
    readonly sentence: string
    readonly reason?: string
  }> = [
    {
      name: 'a WAL',
      make: (path) => writeFile(path, Buffer.from('377f0682'.padEnd(8192, '0'), 'hex')),
      sentence: 'is the WAL of a SQLite file and belongs beside it: name the file itself',
    },
    {
      name: 'the shared memory of a WAL',
      make: (path) => writeFile(path, Buffer.from('18e22d00'.padEnd(65_536, '0'), 'hex')),
      sentence: 'is the shared memory of a SQLite file and belongs beside it: name the file itself',
    },
    {
      name: 'a journal',
      make: (path) => writeFile(path, Buffer.from('d9d505f920a163d7'.padEnd(2048, '0'), 'hex')),
      sentence: 'is the journal of a SQLite file and belongs beside it: name the file itself',
    },
    {
      name: 'a store in gzip',
      make: async (path) => writeFile(path, gzipSync(await storeBytes())),
      sentence: 'is compressed with gzip: decompress it first',
    },
    {
      name: 'a log of events',
      make: (path) => writeFile(path, logOf(eventLine())),
      sentence:
        'is not a database, but a text that begins as a log of events does: clientfold import reads it into a store',
    },
    {
      name: 'a text',
      make: (path) => writeFile(path, 'a poem, and not a database\n'.repeat(100)),
      sentence: 'is not a database',
    },
    {
      name: 'an encrypted database',
      make: (path) => writeFile(path, Buffer.concat([Buffer.alloc(1, 0xfe), randomBytes(8191)])),
      sentence: 'is not a database, or it is encrypted, which clientfold cannot read',
    },
    {
      name: 'one byte',
      make: (path) => writeFile(path, 'x'),
      sentence: 'is not a database',
    },
    {
      name: 'a store that was cut off',
      make: async (path) => {
        await writeFile(path, await storeBytes())
        await truncate(path, 8192)
      },
      reason: 'storage',
      sentence: 'is cut off: it has 8192 bytes of \\d+',
    },
  ]

  it.each(CASES)('$name is named for what it is, and left as it is', async (given) => {
    const path = await newPath()
    await given.make(path)
    const before = await readFile(path)
    for (const create of [true, false]) {
      await expect(openSqliteStore({ path, driver, create })).rejects.toMatchObject({
        name: 'StoreUnavailable',
        reason: given.reason ?? 'foreign',
        message: expect.stringMatching(
          new RegExp(`^the SQLite file ${path} ${given.sentence}$`),
        ) as string,
      })
    }
    expect(await readFile(path)).toEqual(before)
  })

  it.each(['-wal', '-shm', '-journal'])(
    'an empty file whose name ends in %s, beside a store, does not become a store',
    async (ending) => {
      const path = await newPath()
      await writeFile(path, await storeBytes())
      await writeFile(`${path}${ending}`, '')
      await expect(openSqliteStore({ path: `${path}${ending}`, driver })).rejects.toMatchObject({
        reason: 'foreign',
        message: `the SQLite file ${path}${ending} belongs to the SQLite file beside it: name that one`,
      })
      expect((await stat(`${path}${ending}`)).size).toBe(0)
    },
  )

  it('only its owner may read a new store and the files beside it', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver })
    await store.record([aSessionEvent()])
    const modes = await Promise.all(
      ['', '-wal', '-shm', '-journal'].map((ending) =>
        stat(`${path}${ending}`).then(
          ({ mode }) => mode & 0o777,
          () => undefined,
        ),
      ),
    )
    const existing = modes.filter((mode) => mode !== undefined)
    expect(existing.length).toBeGreaterThan(1)
    expect(new Set(existing)).toEqual(new Set([0o600]))
    await store.close()
  })

  it('an existing file keeps its rights', async () => {
    const path = await newPath()
    const raw = await rawDatabase(driver, path)
    raw.exec('PRAGMA user_version = 0')
    raw.close()
    await copyFile(path, `${path}.copy`)
    const { mode } = await stat(`${path}.copy`)
    await (await openSqliteStore({ path: `${path}.copy`, driver })).close()
    expect((await stat(`${path}.copy`)).mode).toBe(mode)
  })
})
