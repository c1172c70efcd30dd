import { open } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { ClientEvent } from '../../../src/events/client-event.js'
import type { EventStore } from '../../../src/event-store/event-store.js'
import { StoreUnavailable } from '../../../src/event-store/store-error.js'
import type { SqliteDatabase } from '../../../src/stores/sqlite/driver.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { aSessionEvent } from '../../given.js'
import { DRIVERS, everything, intercepted, newPath, rawDatabase } from './given.js'

const eventOf = (id: string): ClientEvent =>
  aSessionEvent({ client_id: `client_of_${id[0]}` }, { id })

/** SQLITE_IOERR_FSYNC, as node:sqlite reports it. */
const ioError = (): Error => Object.assign(new Error('disk I/O error'), { errcode: 1034 })

type Moment = 'before' | 'after'

/** A handle whose call number `failing` fails, before or after its work. */
const failingAt = (
  database: SqliteDatabase,
  failing: number,
  moment: Moment,
): { readonly handle: SqliteDatabase; readonly calls: () => number } => {
  let calls = 0
  const failAt = (at: Moment): void => {
    if (calls === failing && at === moment) throw ioError()
  }
  const before = (): void => {
    calls += 1
    failAt('before')
  }
  const handle = intercepted(database, before, () => {
    failAt('after')
  })
  return { handle, calls: () => calls }
}

/** Returns the acknowledged ids. Every error must be a `StoreUnavailable`. */
const workWith = async (store: EventStore): Promise<ReadonlyArray<string>> => {
  const acknowledged: string[] = []
  const attempt = async (ids: ReadonlyArray<string>, work: Promise<unknown>): Promise<void> => {
    try {
      await work
      acknowledged.push(...ids)
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || error.reason !== 'storage') throw error
    }
  }
  await attempt(['a1'], store.append('client_of_a', [eventOf('a1')], 'any'))
  await attempt(['a2', 'a3'], store.append('client_of_a', ['a2', 'a3'].map(eventOf), 'any'))
  await attempt([], store.readClient('client_of_a'))
  await attempt(['b1', 'c1', 'd1'], store.record(['b1', 'c1', 'd1'].map(eventOf)))
  await attempt([], store.eraseClient('client_of_d'))
  await attempt(['e1'], store.append('client_of_e', [eventOf('e1')], 'no-stream'))
  return acknowledged
}

describe.each(DRIVERS)('the SQLite store on %s with a failing disk', (driver) => {
  it.each<Moment>(['before', 'after'])(
    'a store acknowledges only what it keeps, if a call fails %s its work',
    async (moment) => {
      let [failing, isThrough, falsely, refusedToOpen] = [1, false, 0, 0]
      for (; !isThrough; failing++) {
        const path = await newPath()
        const database = await rawDatabase(driver, path)
        const { handle, calls } = failingAt(database, failing, moment)
        let acknowledged: ReadonlyArray<string> = []
        try {
          const store = await openSqliteStore({ driver: handle })
          acknowledged = await workWith(store)
          // After the failure, the same store works again.
          await store.record([eventOf('f1')])
          await store.close()
        } catch (error) {
          expect(error).toBeInstanceOf(StoreUnavailable)
          refusedToOpen += 1
        }
        isThrough = calls() < failing
        database.close()

        const reopened = await openSqliteStore({ path, driver })
        const ids = (await everything(reopened)).map(({ event }) => event.id ?? '')
        const wasErased = (id: string): boolean => id === 'd1'
        falsely += acknowledged.filter((id) => !ids.includes(id) && !wasErased(id)).length
        expect(new Set(ids).size).toBe(ids.length)
        // An append that was not acknowledged can be repeated.
        await reopened.record(['a1', 'a2', 'a3', 'b1', 'c1', 'e1', 'f1'].map(eventOf))
        const all = (await everything(reopened)).map(({ event }) => event.id ?? '')
        expect(all.filter((id) => !wasErased(id)).sort()).toEqual([
          'a1',
          'a2',
          'a3',
          'b1',
          'c1',
          'e1',
          'f1',
        ])
        await reopened.close()
      }
      console.log(
        `SQLite on ${driver}: a fault ${moment} each of ${failing - 2} calls (${refusedToOpen} refused to open), ` +
          `${falsely} acknowledged falsely`,
      )
      expect(failing).toBeGreaterThan(60)
      expect(falsely).toBe(0)
    },
  )

  it('a store on a full disk reports it, and works again when there is space', async () => {
    const path = await newPath()
    const database = await rawDatabase(driver, path)
    const store = await openSqliteStore({ driver: database })
    database.exec('PRAGMA max_page_count = 40')
    const acknowledged: string[] = []
    const filling = async (): Promise<void> => {
      for (let serial = 0; serial < 1000; serial++) {
        const id = `x${serial}`
        await store.append('client_of_x', [eventOf(id)], serial)
        acknowledged.push(id)
      }
    }
    await expect(filling()).rejects.toMatchObject({
      name: 'StoreUnavailable',
      reason: 'storage',
      message: 'the disk is full: the SQLite file cannot grow',
    })
    expect(acknowledged.length).toBeGreaterThan(20)
    database.exec('PRAGMA max_page_count = 4000')
    expect(await store.record([eventOf('y1')])).toMatchObject([{ _tag: 'Recorded' }])
    await store.close()
    database.close()

    const reopened = await openSqliteStore({ path, driver })
    const ids = (await everything(reopened)).map(({ event }) => event.id)
    expect(ids).toEqual([...acknowledged, 'y1'])
    await reopened.close()
  })

  it('a reading of a damaged file rejects with the reason storage', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver })
    await store.record(Array.from({ length: 500 }, (_, index) => eventOf(`x${index}`)))
    await store.close()
    const file = await open(path, 'r+')
    await file.write(Buffer.alloc(40_000, 0xff), 0, 40_000, 20_480)
    await file.close()
    const damaged = await openSqliteStore({ path, driver })
    await expect(everything(damaged)).rejects.toMatchObject({ reason: 'storage' })
    await damaged.close()
  })
})
