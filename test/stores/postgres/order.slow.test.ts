import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { oneEventOf } from '../../../src/stores/kit/appends.js'
import { recordOf } from '../../../src/stores/kit/event-record.js'
import type { EventStore } from '../../../src/event-store/event-store.js'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import { createTryIndependentEvents } from '../../../src/stores/postgres/try-independent-events.js'
import { createTryOneEvent } from '../../../src/stores/postgres/try-one-event.js'
import { anEvent, deliveryOf, describeWithPostgres, givenStore } from './given.js'
import type { PostgresServer } from './server.js'

const EVENTS = Number(process.env.CLIENTFOLD_GAP_EVENTS ?? 3000)
const [WRITERS, READERS, FOLLOWERS] = [16, 4, 4]

const somewhat = (milliseconds: number): Promise<void> => delay(Math.random() * milliseconds)

const tryOneEvent = createTryOneEvent('clientfold')
const tryIndependentEvents = createTryIndependentEvents('clientfold')

/** Writes with the store's statements, in transactions that stay open for a while. */
const writeSlowly = async (server: PostgresServer, database: string, mayGoOn: () => boolean) => {
  const client = await server.connect(database)
  const query = async (text: string, values?: ReadonlyArray<unknown>) =>
    (await client.query(text, values && [...values])).rows as never
  const name = `slow_${Math.random()}`
  for (let turn = 0; mayGoOn(); turn++) {
    await client.query('begin')
    for (let part = 0; part <= turn % 3; part++) {
      // Each transaction has clients of its own, because it holds their locks until it ends.
      const clientId = `${name}_${turn}_${part}`
      const records = [recordOf(anEvent(clientId, clientId), 1)]
      const appends = [{ clientId, records, expected: 'any' }] as const
      const one = turn % 2 === 0 ? undefined : oneEventOf(appends)
      await (one === undefined ? tryIndependentEvents(query, appends) : tryOneEvent(query, one))
      await somewhat(6)
    }
    await client.query(Math.random() < 0.25 ? 'rollback' : 'commit')
  }
  await client.end()
}

const writeThroughStore = async (store: EventStore, mayGoOn: () => boolean) => {
  const clientId = `quick_${Math.random()}`
  for (let turn = 0; mayGoOn(); turn++) {
    const events = Array.from({ length: 1 + (turn % 4) }, (_, part) =>
      anEvent(clientId, `${clientId}_${turn}_${part}`),
    )
    if (turn % 2 === 0) await store.append(clientId, events, 'any')
    else await store.record(events)
    await somewhat(4)
  }
}

/** How the ids that a reader has read differ from the true order. */
const faultsOf = (truth: ReadonlyArray<string>, read: ReadonlyArray<string>) => {
  const placeOf = new Map(truth.map((id, place) => [id, place]))
  const places = read.map((id) => placeOf.get(id) ?? -1)
  const distinct = new Set(read)
  return {
    skipped: truth.filter((id) => !distinct.has(id)).length,
    repeated: read.length - distinct.size,
    reordered: places.filter((place, at) => at > 0 && place < places[at - 1]!).length,
  }
}

describeWithPostgres('the PostgreSQL order', (server) => {
  it('no reader skips an event that commits late', { timeout: 60_000 + EVENTS * 10 }, async () => {
    const database = await server().newDatabase()
    const stores = await Promise.all(
      Array.from({ length: 4 }, () => openPostgresStore(server().url(database))),
    )
    const client = await server().connect(database)
    const ask = async (text: string) => (await client.query<Record<string, string>>(text)).rows

    let isWritten = false
    let isOver = false
    const writing = Promise.all(
      Array.from({ length: WRITERS }, (_, place) =>
        place % 2 === 0
          ? writeSlowly(server(), database, () => !isWritten)
          : writeThroughStore(stores[place % 4]!, () => !isWritten),
      ),
    )
    const over = new AbortController()
    const following = Array.from({ length: FOLLOWERS }, async (_, place) => {
      const read: string[] = []
      for await (const recorded of stores[place]!.follow({ signal: over.signal })) {
        read.push(deliveryOf(recorded))
      }
      return read
    })
    const readAgainAndAgain = async (store: EventStore) => {
      const read = new Set<string>()
      let after: string | undefined
      for (let isLast = false; !isLast;) {
        isLast = isOver
        const next = await store.lastPosition()
        for await (const recorded of store.readAll({ after })) read.add(deliveryOf(recorded))
        after = next
        await somewhat(10)
      }
      return [...read]
    }
    const reading = Array.from({ length: READERS }, (_, place) => readAgainAndAgain(stores[place]!))
    const readNaively = async () => {
      const naive: string[] = []
      for (let last = '0', isLast = false; !isLast;) {
        isLast = isOver
        const rows = await ask(
          `select position, event_key from clientfold.events where position > ${last} order by position`,
        )
        naive.push(...rows.map(({ event_key }) => event_key!))
        last = rows.at(-1)?.position ?? last
        await delay(2)
      }
      return naive
    }
    const naively = readNaively()
    const counter = await server().connect(database)
    while (!isWritten) {
      await delay(50)
      const { rows } = await counter.query<{ count: string }>(
        'select count(*) from clientfold.events',
      )
      isWritten = Number(rows[0]!.count) >= EVENTS
    }
    await writing
    isOver = true
    await delay(1500)
    over.abort()
    const naive = await naively
    const rows = await ask('select event_key from clientfold.events order by xid, position')
    const truth = rows.map(({ event_key }) => event_key!)
    const faults = await Promise.all(following.map(async (read) => faultsOf(truth, await read)))
    for (const read of await Promise.all(reading)) {
      // A complete reading does not wait, so its events come as they are committed.
      expect(faultsOf(truth, read)).toMatchObject({ skipped: 0, repeated: 0 })
    }
    const sum = (kind: 'skipped' | 'repeated' | 'reordered'): number =>
      faults.reduce((total, fault) => total + fault[kind], 0)
    const naiveFaults = faultsOf(truth, naive)
    console.log(
      `${truth.length} events by ${WRITERS} writers, ${READERS} readers, ${FOLLOWERS} followers: ` +
        `skipped ${sum('skipped')}, repeated ${sum('repeated')}, reordered ${sum('reordered')}; ` +
        `ORDER BY position skipped ${naiveFaults.skipped}`,
    )
    expect(faults).toEqual(faults.map(() => ({ skipped: 0, repeated: 0, reordered: 0 })))
    expect(naiveFaults.skipped).toBeGreaterThan(0)
    await Promise.all([client.end(), counter.end(), ...stores.map((store) => store.close())])
  })

  it('the events of one client are read in the order of their revisions', async () => {
    const { store } = await givenStore(server())
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let turn = 0; turn < 20; turn++) {
          const clientIds = [`c${turn % 3}`, `c${(turn + writer) % 3}`]
          await store.record(clientIds.map((id, part) => anEvent(id, `m${writer}_${turn}_${part}`)))
        }
      }),
    )
    const revisionOf = new Map<string, number>()
    for await (const { event, revision } of store.readAll()) {
      const clientId = event.data.object === 'client' ? event.data.id : event.data.client_id
      expect(revision).toBe((revisionOf.get(clientId) ?? 0) + 1)
      revisionOf.set(clientId, revision)
    }
    expect([...revisionOf.values()].reduce((sum, count) => sum + count, 0)).toBe(320)
    await store.close()
  })

  it('a follower of another process is notified of an append before its poll', async () => {
    const url = server().url(await server().newDatabase())
    const [writer, other] = await Promise.all([
      openPostgresStore(url),
      openPostgresStore({ url, pollMilliseconds: 60_000 }),
    ])
    const seen: string[] = []
    const over = new AbortController()
    const following = (async () => {
      for await (const recorded of other.follow({ signal: over.signal })) {
        seen.push(deliveryOf(recorded))
      }
    })()
    await delay(300)
    await writer.append('c', [anEvent('c', 'msg_1')], 'any')
    await expect.poll(() => seen, { timeout: 5000 }).toEqual(['msg_1'])
    // The listening connection is opened again, and wakes the follower for the appends in between.
    await server().run(
      'postgres',
      `select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'`,
    )
    await writer.append('c', [anEvent('c', 'msg_2')], 'any')
    await expect.poll(() => seen, { timeout: 5000 }).toEqual(['msg_1', 'msg_2'])
    over.abort()
    await following
    await Promise.all([writer.close(), other.close()])
  })

  it('an event that commits late comes after the last position, and an acknowledged append does not wait for it', async () => {
    const { database, store } = await givenStore(server())
    await store.append('c', [anEvent('c', 'msg_1')], 'any')
    const client = await server().connect(database)
    const query = async (text: string, values?: ReadonlyArray<unknown>) =>
      (await client.query(text, values && [...values])).rows as never
    await client.query('begin')
    const records = [recordOf(anEvent('late', 'late'), 1)]
    await tryIndependentEvents(query, [{ clientId: 'late', records, expected: 'any' }])
    await store.append('c', [anEvent('c', 'msg_2')], 'any')
    const end = await store.lastPosition()
    const [naive] = (await store.readClient('c', 2)).map(({ position }) => position)
    await store.append('c', [anEvent('c', 'msg_3')], 'any')
    await client.query('commit')
    const read = async (after: string | undefined) => {
      const seen: string[] = []
      for await (const recorded of store.readAll({ after })) seen.push(deliveryOf(recorded))
      return seen
    }
    // msg_2 comes again: the older transaction was open, so it lies after the last position.
    expect(await read(end)).toEqual(['late', 'msg_2', 'msg_3'])
    expect(await read(naive)).toEqual(['msg_3'])
    expect(await read(await store.lastPosition())).toEqual([])
    await Promise.all([client.end(), store.close()])
  })

  it('a follower waits for an older transaction, and reads on when it has ended', async () => {
    const { database, store } = await givenStore(server())
    const client = await server().connect(database)
    await client.query('begin')
    await client.query('select pg_current_xact_id()')
    await store.append('c', [anEvent('c', 'msg_1')], 'any')
    const seen: string[] = []
    const following = (async () => {
      for await (const recorded of store.follow()) {
        seen.push(deliveryOf(recorded))
        break
      }
    })()
    await delay(1500)
    expect(seen).toEqual([])
    await client.query('rollback')
    await following
    expect(seen).toEqual(['msg_1'])
    await Promise.all([client.end(), store.close()])
  })
})
