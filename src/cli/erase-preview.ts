import type { ClientEvent } from '../events/client-event.js'
import type { EventStore } from '../event-store/event-store.js'
import { CorruptRecord } from '../event-store/store-error.js'

/** Whom to erase. */
export interface ErasureTarget {
  readonly kind: 'user' | 'client'
  readonly id: string
}

/** What the store holds now of a user or a client that will be erased. */
export interface ErasurePreview {
  readonly target: ErasureTarget
  /** The number of clients that have events of the target. */
  readonly clients: number
  /** Null if one of them is damaged: the target can be erased all the same. */
  readonly events: number | null
}

const isAbout = (event: ClientEvent, { kind, id }: ErasureTarget): boolean => {
  if (kind === 'client') return true
  const sessions = event.type === 'client.observed' ? event.data.sessions : [event.data]
  return sessions.some(({ user_id: userId }) => userId === id)
}

/** Counts the events that an erasure would delete or rewrite. */
export const readPreview = async (
  store: EventStore,
  target: ErasureTarget,
): Promise<ErasurePreview> => {
  const clientIds = target.kind === 'client' ? [target.id] : await store.clientsOfUser(target.id)
  let events: number | null = 0
  for (const clientId of clientIds) {
    try {
      const recorded = await store.readClient(clientId)
      events += recorded.filter(({ event }) => isAbout(event, target)).length
    } catch (error) {
      if (!(error instanceof CorruptRecord)) throw error
      return { target, clients: clientIds.length, events: null }
    }
  }
  return { target, clients: clientIds.length, events }
}
