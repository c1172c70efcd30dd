import type { JsonObject } from '../../../src/events/json.js'
import type { DeliveryRequest, Subject } from '../../../src/testing/index.js'
import { CORRECT, reducerOf, type Kept } from './plain-handler.js'

const { initialState, evolve, toClient } = reducerOf()

/** Where a handler keeps what it knows of clients. */
export interface Storage {
  readonly get: (clientId: string) => Promise<Kept | undefined>
  readonly set: (clientId: string, kept: Kept) => Promise<void>
}

/** A table whose answers come in the next turn of the event loop, as those of a database do. */
const createTable = <A>() => {
  const rows = new Map<string, A>()
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    get: async (key: string): Promise<A | undefined> => {
      await turn()
      return rows.get(key)
    },
    set: async (key: string, value: A): Promise<void> => {
      await turn()
      rows.set(key, value)
    },
    clear: () => {
      rows.clear()
    },
  }
}

/** A table of clients. */
export const createStorage = (): Storage & { readonly clear: () => void } => createTable<Kept>()

const payloadOf = (id: string, body: string): readonly [string, JsonObject] => {
  const payload = { ...(JSON.parse(body) as JsonObject), id }
  return [(payload as unknown as { data: { client_id: string } }).data.client_id, payload]
}

/** Reads, changes and writes, while another delivery does the same. */
export const racingHandler = (): Subject => {
  const storage = createStorage()
  return {
    deliver: async ({ id, body }) => {
      const [clientId, payload] = payloadOf(id, body)
      const kept = (await storage.get(clientId)) ?? initialState()
      await storage.set(clientId, evolve(kept, payload))
      return { status: 200 }
    },
    read: async (clientId, at) => toClient((await storage.get(clientId)) ?? initialState(), at),
  }
}

/** Acknowledges what only memory holds. */
export const forgetfulHandler = (): Subject => {
  const storage = createStorage()
  return { ...racingHandlerOn(storage), restart: storage.clear }
}

/** One delivery after another, so that nothing is overwritten. */
const racingHandlerOn = (storage: Storage): Subject => {
  let last: Promise<unknown> = Promise.resolve()
  return {
    deliver: ({ id, body }) => {
      const [clientId, payload] = payloadOf(id, body)
      const next = last.then(async () => {
        const kept = (await storage.get(clientId)) ?? initialState()
        await storage.set(clientId, evolve(kept, payload))
        return { status: 200 }
      })
      last = next
      return next
    },
    read: async (clientId, at) => toClient((await storage.get(clientId)) ?? initialState(), at),
  }
}

/** A correct handler on a storage that outlives restarts. */
export const queueingHandler = (): Subject => ({
  ...racingHandlerOn(createStorage()),
  restart: () => undefined,
})

/** Marks a delivery as done before it writes: a crash in between makes it take the repetition for a duplicate. */
export const markingHandler = (): Subject => {
  const done = createTable<true>()
  const clients = createTable<Kept>()
  let restarts = 0
  let last: Promise<unknown> = Promise.resolve()
  const deliverOne = async ({ id, body }: DeliveryRequest, started: number) => {
    const step = async <A>(work: () => Promise<A>): Promise<A> => {
      if (started !== restarts) throw new Error('the process has ended')
      return work()
    }
    if ((await step(() => done.get(id))) === undefined) {
      const [clientId, payload] = payloadOf(id, body)
      await step(() => done.set(id, true))
      const kept = (await step(() => clients.get(clientId))) ?? initialState()
      await step(() => clients.set(clientId, evolve(kept, payload)))
    }
    return { status: 200 }
  }
  return {
    deliver: (request) => {
      const started = restarts
      const next = last.then(() => deliverOne(request, started))
      last = next.catch(() => undefined)
      return next
    },
    read: async (clientId, at) => toClient((await clients.get(clientId)) ?? initialState(), at),
    restart: () => {
      restarts += 1
    },
  }
}

/** Empties its cache before it writes, so that a reader in between puts the old Client back for ever. */
export const cachingHandler = (): Subject => {
  const cache = new Map<string, Kept>()
  const storage = createStorage()
  const { deliver } = racingHandlerOn(storage)
  return {
    deliver: (request) => {
      cache.delete(payloadOf(request.id, request.body)[0])
      return deliver(request)
    },
    read: async (clientId, at) => {
      const kept = cache.get(clientId) ?? (await storage.get(clientId)) ?? initialState()
      cache.set(clientId, kept)
      return toClient(kept, at)
    },
  }
}

/** Writes down that a session has expired when it is read, although a later event may prolong it. */
export const expiringHandler = (): Subject => {
  const states = new Map<string, Kept>()
  return {
    deliver: ({ id, body }) => {
      const [clientId, payload] = payloadOf(id, body)
      states.set(clientId, evolve(states.get(clientId) ?? initialState(), payload))
      return { status: 200 }
    },
    read: (clientId, at = Date.now()) => {
      const kept = states.get(clientId) ?? initialState()
      const rows = new Map(kept.rows)
      for (const [id, { session, saidAt }] of rows) {
        const status = CORRECT.statusAt(session, at)
        rows.set(id, { session: { ...session, status }, saidAt })
      }
      states.set(clientId, { ...kept, rows })
      return toClient({ ...kept, rows }, at)
    },
  }
}

/**
 * Deletes removed sessions, and remembers them for so many deliveries only: a `session.created` that is
 * repeated later brings the session back.
 */
export const windowHandler = (deliveries: number): Subject => {
  const states = new Map<string, Kept>()
  const removedAt = new Map<string, number>()
  let count = 0
  return {
    deliver: ({ id, body }) => {
      const [clientId, payload] = payloadOf(id, body)
      const { data } = payload as unknown as { data: { id: string; status: string } }
      count += 1
      const isForgotten = (removedAt.get(data.id) ?? count) + deliveries < count
      let kept = states.get(clientId) ?? initialState()
      if (isForgotten) {
        const rows = new Map(kept.rows)
        rows.delete(data.id)
        kept = { ...kept, rows }
      }
      if (data.status === 'removed') removedAt.set(data.id, count)
      states.set(clientId, evolve(kept, payload))
      return { status: 200 }
    },
    read: (clientId, at) => toClient(states.get(clientId) ?? initialState(), at),
  }
}
