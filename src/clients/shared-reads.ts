import type { EventStore } from '../event-store/event-store.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import type { CommitBatch } from './commits.js'
import { readLostClients, type LostClients } from './erased-clients.js'

/** For how long readers rely on what one of them has read of a store. */
const FRESH_MS = 20

/** What the readers of changes look up in a store. One look-up serves all of them for a moment. */
export interface SharedReads {
  /** The events of a client, with all that a batch has of them. */
  readonly client: (clientId: string, batch: CommitBatch) => Promise<ReadonlyArray<RecordedEvent>>
  /** Whether a client lost something after a batch. */
  readonly isLost: (clientHash: string, batch: CommitBatch) => Promise<boolean>
}

interface Read<A> {
  readonly at: number
  readonly answer: Promise<A>
}

const isFresh = (at: number): boolean => performance.now() - at <= FRESH_MS

/** Creates the shared reads of a store. */
export const createSharedReads = (store: EventStore): SharedReads => {
  const clients = new Map<string, Read<ReadonlyArray<RecordedEvent>>>()
  let lost: (Read<LostClients> & { readonly after: number }) | undefined

  const dropStale = (): void => {
    // The map iterates in the order of insertion, which is the order of time.
    for (const [clientId, { at }] of clients) {
      if (isFresh(at)) return
      clients.delete(clientId)
    }
  }

  return {
    client: (clientId, { readAt }) => {
      dropStale()
      const known = clients.get(clientId)
      if (known !== undefined && known.at >= readAt) return known.answer
      const answer = store.readClient(clientId)
      clients.delete(clientId)
      clients.set(clientId, { at: performance.now(), answer })
      return answer
    },
    isLost: async (clientHash, { lookedAt, place: { erasures: after } }) => {
      if (isFresh(lookedAt)) return false
      if (lost?.after !== after || !isFresh(lost.at)) {
        lost = { after, at: performance.now(), answer: readLostClients(store, after) }
      }
      return (await lost.answer).hashes.has(clientHash)
    },
  }
}
