import { expect, it } from 'vitest'
import type { EventStore } from '../../src/event-store/event-store.js'
import type { PendingErasure, PendingErasures } from '../../src/event-store/pending-erasures.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { storeContract } from '../../src/testing/index.js'

type Break = (store: EventStore) => Partial<EventStore>

const REPEATED = 'an erasure that was called off is not scheduled again'
const EARLIEST = 'of several schedules of one user, the earliest time counts'
const ENDED = 'an erasure of a user ends its schedule'
const COUNTED = 'scheduled erasures are counted, with the time of the first one'
const SIZE =
  'the size of the quarantine is the number of its deliveries and the time of the oldest one'
const IN_ORDER = 'scheduled erasures are read in the order of their times, then of their users'

/** Scheduled erasures that are wrong in one way. */
const scheduling =
  (breakIt: (pending: PendingErasures) => Partial<PendingErasures>): Break =>
  ({ pendingErasures: pending }) => ({ pendingErasures: { ...pending, ...breakIt(pending) } })

it.each<{ readonly name: string; readonly found: string; readonly breakIt: Break }>([
  {
    name: 'a call-off that is forgotten',
    found: REPEATED,
    breakIt: (store) =>
      scheduling((pending) => ({
        callOff: async (userId) => {
          const isCalledOff = await pending.callOff(userId)
          if (isCalledOff) await store.eraseUser(userId)
          return isCalledOff
        },
      }))(store),
  },
  {
    name: 'a later time that counts',
    found: EARLIEST,
    breakIt: (store) =>
      scheduling((pending) => ({
        schedule: async (userId, dueAt) => {
          await store.eraseUser(userId)
          return pending.schedule(userId, dueAt)
        },
      }))(store),
  },
  {
    name: 'a schedule that outlives the erasure',
    found: ENDED,
    breakIt: ({ pendingErasures, eraseUser }) => ({
      eraseUser: async (userId) => {
        const count = await eraseUser(userId)
        await pendingErasures.schedule(userId, 1)
        return count
      },
    }),
  },
  {
    name: 'a count that called-off erasures are part of',
    found: COUNTED,
    breakIt: (store) => {
      let calledOff = 0
      return scheduling((pending) => ({
        callOff: async (userId) => {
          calledOff += 1
          return pending.callOff(userId)
        },
        count: async () => {
          const { users, nextDueAt } = await pending.count()
          return { users: users + calledOff, nextDueAt }
        },
      }))(store)
    },
  },
  {
    name: 'a size of the quarantine with the time of the first delivery that came',
    found: SIZE,
    breakIt: ({ quarantine }) => {
      let first: number | null = null
      return {
        quarantine: {
          ...quarantine,
          keep: async (delivery) => {
            first ??= delivery.receivedAt
            await quarantine.keep(delivery)
          },
          size: async () => ({ ...(await quarantine.size()), oldestReceivedAt: first }),
        },
      }
    },
  },
  {
    name: 'an order of schedules by the user alone',
    found: IN_ORDER,
    breakIt: scheduling((pending) => ({
      all: async function* () {
        const all: PendingErasure[] = []
        for await (const erasure of pending.all()) all.push(erasure)
        yield* all.sort((left, right) => (left.userId < right.userId ? -1 : 1))
      },
    })),
  },
])(
  'the cases of scheduled erasures and of the quarantine find $name',
  async ({ found, breakIt }) => {
    const storeCase = storeContract.find(({ name }) => name === found)
    const open = (): Promise<EventStore> => {
      const store = openMemoryStore()
      return Promise.resolve({ ...store, ...breakIt(store) })
    }
    const running = storeCase?.run({ open, renew: () => Promise.resolve() })
    await expect(running).rejects.toMatchObject({ cause: { name: 'AssertionError' } })
  },
)
