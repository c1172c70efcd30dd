import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ClientEvent, SessionEvent } from '../../../src/events/client-event.js'
import type { EventStore } from '../../../src/event-store/event-store.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { anObservation, aSessionEvent, T0 } from '../../given.js'
import { bytesOf, DRIVERS, everything, newPath, numberOf, rawDatabase } from './given.js'

const CLIENTS = 300
const EVENTS_OF_EACH = 6

/** Texts that occur nowhere else and must be erased. They are long, so that SQLite has to move rows. */
const canariesOf = (client: number): ReadonlyArray<string> =>
  ['client', 'session', 'user', 'address', 'city', 'delivery'].map((what) =>
    `<${what} of ${client}>`.padEnd(20 + ((client * 37) % 180), '='),
  )

const eventOf = (client: number, serial: number): ClientEvent => {
  const [client_id = '', id = '', user_id = '', ip_address = '', city = '', delivery = ''] =
    canariesOf(client)
  const latest_activity = { id: 'x', object: 'y', is_mobile: false, ip_address, city }
  return aSessionEvent(
    { client_id, id, user_id, latest_activity },
    { id: `${delivery}${serial}`, recorded_at: 1_716_883_200_000 },
  )
}

/** The clients in a mixed order, the same in every run. */
const MIXED = Array.from({ length: CLIENTS }, (_, index) => (index * 127) % CLIENTS)
const GONE = MIXED.filter((_, index) => index % 3 !== 0)
const KEPT = MIXED.filter((_, index) => index % 3 === 0)

const idOf = (client: number): string => canariesOf(client)[0] ?? ''

const fill = async (store: EventStore): Promise<void> => {
  for (let serial = 0; serial < EVENTS_OF_EACH; serial++) {
    await store.record(MIXED.map((client) => eventOf(client, serial)))
  }
}

/** How many canaries of these clients occur in any file of the folder. */
const found = async (path: string, clients: ReadonlyArray<number>): Promise<number> => {
  const bytes = await bytesOf(dirname(path))
  return clients.flatMap(canariesOf).filter((canary) => bytes.includes(canary)).length
}

describe.each(DRIVERS)('the SQLite erasure on %s', (driver) => {
  it('an erasure and a scrub leave no byte of an erased client, and all bytes of the others', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver })
    await fill(store)
    expect(await found(path, GONE)).toBe(GONE.length * 6)
    const before = await everything(store)

    // Two alone, the others at once.
    const [first = 0, second = 0, ...others] = GONE
    expect(await store.eraseClient(idOf(first))).toBe(EVENTS_OF_EACH)
    await store.scrub()
    expect(await found(path, [first])).toBe(0)
    expect(await store.eraseClient(idOf(second))).toBe(EVENTS_OF_EACH)
    const counts = await Promise.all(others.map((client) => store.eraseClient(idOf(client))))
    expect(new Set(counts)).toEqual(new Set([EVENTS_OF_EACH]))
    await Promise.all([store.scrub(), store.scrub()])

    expect(await found(path, GONE)).toBe(0)
    expect(await found(path, KEPT)).toBe(KEPT.length * 6)
    const kept = new Set(KEPT.map(idOf))
    const left = before.filter(
      ({ event }) => 'client_id' in event.data && kept.has(event.data.client_id),
    )
    expect(await everything(store)).toEqual(left)
    await store.close()
    expect(await found(path, GONE)).toBe(0)

    const reopened = await openSqliteStore({ path, driver })
    expect(await reopened.record([eventOf(first, 0)])).toEqual([{ _tag: 'Erased', what: 'client' }])
    await reopened.close()
    expect(await found(path, GONE)).toBe(0)
  })

  it('an erasure and a scrub leave no byte of a user, and all bytes of the others on the same devices', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver })
    // Three people on each device. Every observation holds all of them.
    const device = (client: number) => ({ client_id: `device_${client % 50}` })
    const at = (client: number, serial: number): SessionEvent => {
      const event = eventOf(client, serial) as SessionEvent
      return { ...event, data: { ...event.data, ...device(client) } }
    }
    const people = Array.from({ length: 150 }, (_, person) => person)
    for (let serial = 0; serial < 4; serial++) {
      await store.record(people.map((person) => at(person, serial)))
      await store.record(
        people.slice(0, 50).map((first) =>
          anObservation({
            id: device(first).client_id,
            updated_at: T0 + serial,
            sessions: [first, first + 50, first + 100].map((person) => at(person, 9).data),
          }),
        ),
      )
    }
    const [gone, kept] = [people.filter((n) => n % 3 === 0), people.filter((n) => n % 3 !== 0)]
    const personal = (of: ReadonlyArray<number>) =>
      of.flatMap((person) => canariesOf(person).slice(1))
    const foundOf = async (of: ReadonlyArray<number>): Promise<number> => {
      const bytes = await bytesOf(dirname(path))
      return personal(of).filter((canary) => bytes.includes(canary)).length
    }
    const deliveries = new Set(kept.map((person) => canariesOf(person)[5]))
    const ofOthers = async () =>
      (await everything(store)).filter(({ event }) => deliveries.has(event.id?.slice(0, -1)))
    const before = await ofOthers()
    expect(before).toHaveLength(kept.length * 4)
    expect(await foundOf(gone)).toBe(gone.length * 5)

    for (const person of gone) await store.eraseUser(canariesOf(person)[2] ?? '')
    await store.scrub()
    expect(await foundOf(gone)).toBe(0)
    expect(await foundOf(kept)).toBe(kept.length * 5)
    expect(await ofOthers()).toEqual(before)
    await store.close()
    expect(await foundOf(gone)).toBe(0)
  })

  it('an erasure and a scrub leave no byte of a quarantined delivery that mentions the erased client', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver })
    const canary = (client: number) => `canary-of-${client}-end`
    // Short and long bodies, with the id plain or escaped, on one page or on several.
    for (const client of [1, 10, 2]) {
      for (const [n, length] of [1, 100, 5000].entries()) {
        const id = JSON.stringify(`client_${client}`).replace('c', n === 1 ? '\\u0063' : 'c')
        const words = `${canary(client)}${'.'.repeat(37)}`.repeat(length)
        const body = Buffer.from(`{"client_id":${id},"words":"${words}",`)
        await store.quarantine.keep({
          id: `${canary(client)}-${n}`,
          receivedAt: 1,
          reason: 'r',
          body,
        })
      }
    }
    const isThere = async (client: number): Promise<boolean> =>
      (await bytesOf(dirname(path))).includes(canary(client))
    expect(await Promise.all([1, 10, 2].map(isThere))).toEqual([true, true, true])
    expect(await store.eraseClient('client_1')).toBe(0)
    await store.scrub()
    expect(await Promise.all([1, 10, 2].map(isThere))).toEqual([false, true, true])
    await store.close()
    expect(await Promise.all([1, 10, 2].map(isThere))).toEqual([false, true, true])
  })

  it('a scrub reports a reader that keeps the old pages, and succeeds when it is repeated later', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver, busyTimeoutMilliseconds: 100 })
    await fill(store)
    await store.eraseClient(idOf(1))
    const reader = await rawDatabase(driver, path)
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM events').get()

    await expect(store.scrub()).rejects.toMatchObject({ reason: 'busy' })
    reader.exec('COMMIT')
    await store.scrub()
    expect(await found(path, [1])).toBe(0)
    expect(await found(path, [2])).toBe(6)
    reader.close()
    await store.close()
  })

  it('the position of an erased event is never given again', async () => {
    const store = await openSqliteStore({ path: await newPath(), driver })
    const [first] = await store.record([eventOf(1, 0)])
    await store.eraseClient(idOf(1))
    const [second] = await store.record([eventOf(2, 0)])
    await store.close()
    const numbers = [first, second].map((each) =>
      each?._tag === 'Recorded' ? numberOf(each.recorded) : null,
    )
    expect(numbers).toEqual([1, 2])
  })
})
