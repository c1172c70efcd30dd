import type { JsonObject } from '../../../src/events/json.js'
import type { Subject } from '../../../src/testing/index.js'
import { reducerOf, type Kept } from './plain-handler.js'

const { initialState, evolve, toClient } = reducerOf()

/** Where a handler keeps what it knows of clients. */
export interface Storage {
  readonly get: (clientId: string) => Promise<Kept | undefined>
  readonly set: (clientId: string, kept: Kept) => Promise<void>
}

/** A storage whose answers come in the next turn of the event loop, as those of a database do. */
export const createStorage = (): Storage & { readonly clear: () => void } => {
  const rows = new Map<string, Kept>()
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    get: async (clientId) => {
      await turn()
      return rows.get(clientId)
    },
    set: async (clientId, kept) => {
      await turn()
      rows.set(clientId, kept)
    },
    clear: () => {
      rows.clear()
    },
  }
}

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
