import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import type { ChangesQuery } from '../../src/clients/client-change.js'
import { openClients, type Clients } from '../../src/clients/clients.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import type { Client } from '../../src/events/client.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { arbitraryEvent } from '../../src/testing/index.js'
import { DAY, T0 } from '../given.js'
import { failingStore } from './failing-store.js'

const NOW = T0 + DAY

/** One of the users of arbitrary events. */
const USER = 'user_a'

/** Later than everything that is recorded. */
const LATE = Date.UTC(2999, 0)

/** Opens handles on one new store, as several processes do. */
export type OpenHandles = (count: number) => Promise<ReadonlyArray<EventStore>>

const opened: Clients[] = []
afterEach(async () => {
  for (const clients of opened.splice(0)) await clients.close()
})

/** Two processes, each with clients that record and clients that read changes and fail now and then. */
const openAll = async (handles: OpenHandles, cachedStates: number) => {
  const open = (store: EventStore): Clients => {
    const clients = openClients({ store, cachedStates, now: () => NOW })
    opened.push(clients)
    return clients
  }
  const stores = await handles(2)
  const failing = stores.map(failingStore)
  return {
    writers: stores.map(open) as [Clients, Clients],
    readers: failing.map(({ store }) => open(store)) as [Clients, Clients],
    failLater: (readings: number): void => {
      for (const each of failing) each.failLater(readings)
    },
  }
}

/** A reader that keeps the last state of each client, as a service does that keeps a copy. */
const aCopy = (clients: Clients, query: ChangesQuery = {}) => {
  const copy = new Map<string, Client>()
  let position = query.after
  let end = new AbortController()
  let reading: Promise<void> | undefined
  let left = Infinity
  let standing: Promise<void> | undefined
  let goOn = (): void => undefined
  const start = async (): Promise<void> => {
    end = new AbortController()
    const { signal } = end
    await new Promise<void>((begun, failed) => {
      const onProgress: ChangesQuery['onProgress'] = (progress) => {
        position = progress.position
        begun()
      }
      reading = (async () => {
        for await (const change of clients.changes({
          ...query,
          after: position,
          signal,
          onProgress,
        })) {
          left -= 1
          // It has begun, and says nothing of progress while it stands.
          begun()
          if (left < 0) await standing
          if (signal.aborted) return
          position = change.position
          if (change.client === null) copy.delete(change.clientHash)
          else copy.set(change.clientHash, change.client)
        }
      })()
      reading.catch(failed)
    })
  }
  return {
    start,
    /** Ends the reading, also in the middle of a batch; the next start goes on from the last position. */
    stop: async () => {
      end.abort()
      goOn()
      await reading
    },
    /** Takes some more changes, and then none until `goOn`. */
    stand: (changes: number) => {
      goOn()
      left = changes
      standing = new Promise((resolve) => {
        goOn = () => {
          left = Infinity
          resolve()
        }
      })
    },
    goOn: () => {
      goOn()
    },
    clients: () => [...copy.values()].sort((left, right) => (left.id < right.id ? -1 : 1)),
  }
}

const allOf = async (clients: Clients, query: ChangesQuery = {}): Promise<Client[]> => {
  const all: Client[] = []
  for await (const client of clients.all({ at: NOW })) all.push(client)
  return all
    .filter(({ id }) => query.clientId === undefined || id === query.clientId)
    .sort((left, right) => (left.id < right.id ? -1 : 1))
}

const arbitraryClientId = fc.constantFrom('client_1', 'client_2', 'client_3', 'é\u{1f600}')

const arbitraryEvents = fc.array(
  arbitraryClientId
    .chain((clientId) => arbitraryEvent({ clientId }))
    .map(({ id: _id, recorded_at: _recordedAt, ...event }) => event as ClientEvent),
  { maxLength: 6, minLength: 1 },
)

const arbitraryBy = fc.nat({ max: 1 })

type Step =
  | { readonly do: 'record' | 'record again'; readonly events: ReadonlyArray<ClientEvent> }
  | { readonly do: 'erase client'; readonly clientId: string }
  | { readonly do: 'erase user'; readonly place: number }
  | { readonly do: 'compact' | 'forget'; readonly before: number }
  | { readonly do: 'fail later'; readonly readings: number }
  | { readonly do: 'stop or start' | 'go on'; readonly copy: number }
  | { readonly do: 'stand'; readonly copy: number; readonly changes: number }

const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('record' as const, 'record again' as const),
      events: arbitraryEvents,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('erase client' as const), clientId: arbitraryClientId }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('erase user' as const), place: fc.nat({ max: 20 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('compact' as const, 'forget' as const),
      before: fc.constantFrom(T0, NOW, LATE),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fail later' as const),
      readings: fc.nat({ max: 12 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('stop or start' as const, 'go on' as const),
      copy: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('stand' as const),
      copy: fc.nat({ max: 3 }),
      changes: fc.nat({ max: 3 }),
    }),
  },
)

const usersOf = (events: ReadonlyArray<ClientEvent>): ReadonlyArray<string> => [
  ...new Set(
    events.flatMap(({ data }) =>
      data.object === 'session' ? [data.user_id] : data.sessions.map(({ user_id }) => user_id),
    ),
  ),
]

/** Proves that changes folded are the state of the store, however it is opened. */
export const changesTests = (handles: OpenHandles, runs: number): void => {
  it('the last client of each hash is what the store holds, whatever is recorded, erased, compacted and forgotten, by whom, and which reading fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(arbitraryBy, arbitraryStep), { maxLength: 20 }),
        fc.constantFrom(1, 1000),
        async (steps, cachedStates) => {
          const { writers, readers, failLater } = await openAll(handles, cachedStates)
          // The first two share what they read.
          const copies = [
            aCopy(readers[0]),
            aCopy(readers[0]),
            aCopy(readers[1], { clientId: 'client_1' }),
            aCopy(readers[1], { userId: USER }),
          ] as const
          const running = new Set(copies)
          for (const copy of copies) await copy.start()
          const recorded: ClientEvent[] = []
          for (const [by, step] of steps) {
            const clients = writers[by === 0 ? 0 : 1]
            switch (step.do) {
              case 'record':
              case 'record again':
                recorded.push(...step.events)
                await Promise.all([
                  clients.record(step.events),
                  ...(step.do === 'record' ? [] : writers.map((each) => each.record(recorded))),
                ])
                break
              case 'erase client':
                await clients.eraseClient(step.clientId)
                break
              case 'erase user': {
                const users = usersOf(recorded)
                const user = users[step.place % users.length]
                if (user !== undefined) await clients.eraseUser(user)
                break
              }
              case 'compact':
                await clients.compact(step.before)
                break
              case 'forget':
                await clients.forget(step.before)
                break
              case 'fail later':
                failLater(step.readings)
                break
              case 'stop or start': {
                const copy = copies[step.copy] ?? copies[0]
                if (running.delete(copy)) await copy.stop()
                else {
                  await copy.start()
                  running.add(copy)
                }
                break
              }
              case 'stand':
                copies[step.copy]?.stand(step.changes)
                break
              case 'go on':
                copies[step.copy]?.goOn()
            }
          }
          for (const copy of copies) copy.goOn()
          for (const copy of copies) if (!running.has(copy)) await copy.start()
          const expected = await allOf(writers[0])
          const sessions = (await writers[0].sessions({ userId: USER })).data
          const ofUser = new Set(sessions.map(({ client_id }) => client_id))
          const isAskedFor: ReadonlyArray<(client: Client) => boolean> = [
            ...[() => true, () => true, ({ id }: Client) => id === 'client_1'],
            ({ id }) => ofUser.has(id),
          ]
          for (const [n, copy] of copies.entries()) {
            const isAsked = isAskedFor[n] ?? (() => false)
            await expect
              .poll(() => copy.clients().filter(isAsked), { timeout: 4000 })
              .toEqual(expected.filter(isAsked))
          }
          for (const copy of copies) await copy.stop()
          for (const clients of opened.splice(0)) await clients.close()
        },
      ),
      // A counterexample costs the time of the poll, so making it smaller takes long.
      { numRuns: runs, interruptAfterTimeLimit: 180_000, markInterruptAsFailure: true },
    )
  }, 240_000)
}
