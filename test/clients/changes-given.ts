import { afterEach } from 'vitest'
import type { ChangesQuery, ClientChange } from '../../src/clients/client-change.js'
import type { Clients } from '../../src/clients/clients.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSessionEvent } from '../given.js'

const ends: Array<() => void> = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A store in memory, and the same one with one reading of `client_3` that fails. */
export const storeFailingOnce = () => {
  const store = openMemoryStore()
  let isFailing = true
  const failing: EventStore = {
    ...store,
    readClient: (clientId) => {
      if (!isFailing || clientId !== 'client_3') return store.readClient(clientId)
      isFailing = false
      return Promise.reject(new StoreUnavailable('busy', 'this reading fails'))
    },
  }
  return { store, failing }
}

/** A reader of changes that runs until the end of the test. */
export const aReader = async (clients: Clients, query: ChangesQuery = {}) => {
  const end = new AbortController()
  ends.push(() => {
    end.abort()
  })
  const changes: ClientChange[] = []
  let gate: Promise<void> | undefined
  await new Promise<void>((begun) => {
    void (async () => {
      const onProgress = (): void => {
        begun()
      }
      for await (const change of clients.changes({ ...query, signal: end.signal, onProgress })) {
        changes.push(change)
        await gate
      }
    })()
  })
  return {
    changes,
    ids: (): ReadonlyArray<string | null> => changes.map(({ clientId }) => clientId),
    sessionIds: (): ReadonlyArray<string> =>
      changes.flatMap(({ events }) => events.map(({ event }) => event.data.id)),
    /** Takes no further change until the function is called that it returns. */
    stand: () => {
      let goOn: (() => void) | undefined
      gate = new Promise((resolve) => (goOn = resolve))
      return () => goOn?.()
    },
  }
}

export const aSession = (id: string, clientId = 'client_1') =>
  aSessionEvent({ id, client_id: clientId })
