import { describe, expect, it } from 'vitest'
import type { ClientEvent } from '../../../src/events/client-event.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { aSessionEvent } from '../../given.js'
import { DRIVERS, everything, intercepted, newPath, numberOf, rawDatabase } from './given.js'

const eventOf = (serial: number): ClientEvent =>
  aSessionEvent({ client_id: `client_${serial % 10}` }, { id: `event_${serial}` })

describe.each(DRIVERS)('the SQLite store on %s', (driver) => {
  it('appends that wait at the same time share one commit', async () => {
    const database = await rawDatabase(driver, await newPath())
    let commits = 0
    const counted = intercepted(database, (sql) => {
      if (sql === 'COMMIT') commits += 1
    })
    const store = await openSqliteStore({ driver: counted })
    commits = 0
    const events = Array.from({ length: 100 }, (_, serial) => eventOf(serial))
    const appends = events.map((event, serial) =>
      store.append(`client_${serial % 10}`, [event], Math.floor(serial / 10)),
    )
    const answers = await Promise.all(appends)
    expect(answers.map(({ _tag }) => _tag)).toEqual(events.map(() => 'Right'))
    expect(commits).toBe(1)
    await store.record(events)
    expect(commits).toBe(2)
    await store.close()
    database.close()
  })

  it('no statement has numbered or named parameters, which drivers bind differently', async () => {
    const database = await rawDatabase(driver, await newPath())
    const prepared: string[] = []
    const store = await openSqliteStore({
      driver: {
        exec: (sql) => database.exec(sql),
        prepare: (sql) => {
          prepared.push(sql)
          return database.prepare(sql)
        },
        close: () => database.close(),
      },
    })
    expect(prepared.filter((sql) => sql.includes('?')).length).toBeGreaterThan(5)
    expect(prepared.filter((sql) => /\?\d|[:@$][a-z]/i.test(sql))).toEqual([])
    await store.close()
    database.close()
  })

  it('a reading goes page by page, leaves out what was erased before the next page, and ends at its signal', async () => {
    const store = await openSqliteStore({ path: await newPath(), driver })
    await store.record(Array.from({ length: 2500 }, (_, serial) => eventOf(serial)))
    const all = await everything(store)
    expect(all.map(numberOf)).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1))

    const ending = new AbortController()
    const serials: number[] = []
    const after = all[4]!.position
    for await (const recorded of store.readAll({ after, signal: ending.signal })) {
      const number = numberOf(recorded)
      serials.push(number)
      if (number === 10) expect(await store.eraseClient('client_3')).toBe(250)
      if (number === 1500) ending.abort()
    }
    // The current page, up to 999, was read before the erasure.
    const later = serials.filter((position) => position > 1000)
    expect(serials[0]).toBe(6)
    expect(later).toHaveLength(450)
    expect(later.filter((position) => (position - 1) % 10 === 3)).toEqual([])
    await store.close()
  })

  it('times beyond 32 bits are stored unchanged', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver, now: () => Number.MAX_SAFE_INTEGER })
    await store.record([eventOf(1)])
    await store.close()
    const reopened = await openSqliteStore({ path, driver })
    const [recorded] = await reopened.readClient('client_1')
    expect(recorded?.event.recorded_at).toBe(Number.MAX_SAFE_INTEGER)
    await reopened.close()
  })

  it('a closing store finishes its pending writes, and then refuses every call', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver })
    const recording = store.record([eventOf(1)])
    const closing = store.close()
    expect(await recording).toMatchObject([{ _tag: 'Recorded' }])
    await closing
    await store.close()
    const closed = { name: 'StoreUnavailable', reason: 'closed' }
    await expect(store.append('client_1', [eventOf(1)], 'any')).rejects.toMatchObject(closed)
    await expect(store.record([eventOf(1)])).rejects.toMatchObject(closed)
    await expect(store.readClient('client_1')).rejects.toMatchObject(closed)
    await expect(everything(store)).rejects.toMatchObject(closed)
    await expect(store.clientIds()).rejects.toMatchObject(closed)
    await expect(store.clientsOfUser('user_1')).rejects.toMatchObject(closed)
    await expect(store.clientsOfSession('sess_1')).rejects.toMatchObject(closed)
    await expect(store.eraseClient('client_1')).rejects.toMatchObject(closed)
  })
})
