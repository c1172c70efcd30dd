import { copyFile, link, rename, rm, unlink } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { EventStore } from '../../../src/event-store/event-store.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { aSessionEvent } from '../../given.js'
import { DRIVERS, everything, intercepted, newPath, rawDatabase } from './given.js'

const JOURNALS = ['wal', 'truncate'] as const

type Journal = (typeof JOURNALS)[number]

/** Opens a store with this journal; undefined if this version of SQLite must not use a WAL. */
const openWith = async (
  path: string,
  driver: (typeof DRIVERS)[number],
  journal: Journal,
): Promise<EventStore | undefined> => {
  await (await openSqliteStore({ path, driver })).close()
  const raw = await rawDatabase(driver, path)
  const [mode] = Object.values(raw.prepare('PRAGMA journal_mode').get() as object) as [string]
  if (mode === 'wal' && journal !== 'wal') raw.exec(`PRAGMA journal_mode = ${journal}`)
  raw.close()
  if (mode !== 'wal' && journal === 'wal') return undefined
  return openSqliteStore({ path, driver })
}

const anEvent = (id: string) => aSessionEvent({}, { id })

const WAYS: ReadonlyArray<{
  readonly way: string
  readonly take: (path: string) => Promise<void>
}> = [
  { way: 'moved', take: (path) => rename(path, `${path}.old`) },
  { way: 'deleted', take: (path) => unlink(path) },
  {
    way: 'replaced by a copy',
    take: async (path) => {
      await copyFile(path, `${path}.copy`)
      await rename(`${path}.copy`, path)
    },
  },
]

const MOVED = {
  name: 'StoreUnavailable',
  reason: 'moved',
  message: expect.stringMatching(
    /^the SQLite file \S+ was moved, deleted or replaced .*open the store again$/,
  ) as string,
}

describe.each(DRIVERS)('a SQLite file on %s that is not in its place any more', (driver) => {
  describe.each(JOURNALS)('with the journal %s', (journal) => {
    it.each(WAYS)('a store whose file was $way acknowledges nothing', async ({ take }) => {
      const path = await newPath()
      const store = await openWith(path, driver, journal)
      if (store === undefined) return
      await store.record([anEvent('kept')])
      await take(path)
      await expect(store.record([anEvent('lost')])).rejects.toMatchObject(MOVED)
      await expect(store.append('client_1', [anEvent('lost')], 'any')).rejects.toMatchObject(MOVED)
      await expect(store.checkWritable()).rejects.toMatchObject(MOVED)
      await expect(store.quarantine.remove('msg_1')).rejects.toMatchObject(MOVED)
      // Readings look now and then.
      await new Promise((resolve) => setTimeout(resolve, 150))
      await expect(store.readClient('client_1')).rejects.toMatchObject(MOVED)
      await expect(everything(store)).rejects.toMatchObject(MOVED)
      await store.close()
    })

    it('a store whose file is put back goes on, and has kept everything', async () => {
      const path = await newPath()
      const store = await openWith(path, driver, journal)
      if (store === undefined) return
      await store.record([anEvent('first')])
      await rename(path, `${path}.old`)
      await expect(store.record([anEvent('second')])).rejects.toMatchObject(MOVED)
      await rename(`${path}.old`, path)
      expect(await store.record([anEvent('third')])).toMatchObject([{ _tag: 'Recorded' }])
      await store.close()
      const again = await openSqliteStore({ path, driver })
      expect((await everything(again)).map(({ event }) => event.id)).toEqual(['first', 'third'])
      await again.close()
    })

    it('a store whose file was moved leaves the files in its place as they are when it closes', async () => {
      const path = await newPath()
      const store = await openWith(path, driver, journal)
      if (store === undefined) return
      await store.record([anEvent('kept')])
      await rename(path, `${path}.old`)
      await store.close()
      await rename(`${path}.old`, path)
      const again = await openSqliteStore({ path, driver })
      expect(await everything(again)).toHaveLength(1)
      await again.close()
    })

    it('a store whose file is moved during a commit does not acknowledge it', async () => {
      const path = await newPath()
      await (await openWith(path, driver, journal))?.close()
      const raw = await rawDatabase(driver, path)
      let take = (): void => undefined
      const handle = intercepted(raw, (sql) => {
        if (sql === 'COMMIT') take()
      })
      const store = await openSqliteStore({ driver: handle })
      await store.record([anEvent('kept')])
      // Another name keeps the file, so that SQLite sees no difference.
      await link(path, `${path}.old`)
      const { unlinkSync } = await import('node:fs')
      take = () => {
        unlinkSync(path)
      }
      await expect(store.record([anEvent('lost')])).rejects.toMatchObject({ reason: 'moved' })
      await store.close()
      raw.close()
    })
  })

  it('a follower of a moved file waits, says so, and goes on when the file is back', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver, pollMilliseconds: 10 })
    await store.record([anEvent('first')])
    const reasons: string[] = []
    const end = new AbortController()
    const following = (async () => {
      const ids: Array<string | undefined> = []
      const onFailure = ({ reason }: { readonly reason: string }): void => {
        reasons.push(reason)
      }
      for await (const { event } of store.follow({ signal: end.signal, onFailure })) {
        ids.push(event.id)
        if (ids.length === 2) end.abort()
      }
      return ids
    })()
    await rename(path, `${path}.old`)
    while (reasons.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    await rename(`${path}.old`, path)
    await store.record([anEvent('second')])
    expect(await following).toEqual(['first', 'second'])
    expect(new Set(reasons)).toEqual(new Set(['moved']))
    await store.close()
  })

  it('a WAL that was deleted is noticed too', async () => {
    const path = await newPath()
    const store = await openWith(path, driver, 'wal')
    if (store === undefined) return
    await store.record([anEvent('kept')])
    await rm(`${path}-wal`)
    await expect(store.record([anEvent('lost')])).rejects.toMatchObject({ reason: 'moved' })
    await store.close()
  })
})
