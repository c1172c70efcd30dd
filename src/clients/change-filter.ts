import { clientHashOf } from '../event-store/client-hash.js'
import type { EventStore } from '../event-store/event-store.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import type { ClientEvent } from '../events/client-event.js'
import type { ChangesQuery } from './client-change.js'

/** Which clients a reader of changes asks for. */
export interface ChangeFilter {
  /** Whether events of a client belong to the answer. */
  readonly includes: (clientId: string, events: ReadonlyArray<RecordedEvent>) => boolean
  /**
   * Whether a client that lost something belongs to the answer.
   *
   * @param after - the number of an erasure before its own
   */
  readonly includesLost: (clientHash: string, after: number) => boolean
  /** The ids that the filter knows of these hashes. */
  readonly idsOf: (clientHashes: ReadonlyArray<string>) => ReadonlyArray<string>
}

const EVERYTHING: ChangeFilter = {
  includes: () => true,
  includesLost: () => true,
  idsOf: () => [],
}

const isAbout = (event: ClientEvent, userId: string): boolean =>
  event.type === 'client.observed'
    ? event.data.sessions.some((session) => session.user_id === userId)
    : event.data.user_id === userId

const oneClient = (clientId: string): ChangeFilter => {
  const own = clientHashOf(clientId)
  return {
    includes: (id) => id === clientId,
    includesLost: (hash) => hash === own,
    idsOf: (hashes) => (hashes.includes(own) ? [clientId] : []),
  }
}

/** The clients of a user: those of now, and each of which a later event names the user. */
const openUserFilter = async (store: EventStore, userId: string): Promise<ChangeFilter> => {
  const ids = new Map<string, string>()
  const add = (clientId: string): void => {
    ids.set(clientHashOf(clientId), clientId)
  }
  for (const clientId of await store.clientsOfUser(userId)) add(clientId)
  // A client of this user can be among the earlier ones and in no look-up any more: all of them are given.
  const { last: knownSince } = await store.erasures()
  return {
    includes: (clientId, recorded) => {
      if (recorded.some(({ event }) => isAbout(event, userId))) add(clientId)
      return ids.has(clientHashOf(clientId))
    },
    includesLost: (hash, after) => after < knownSince || ids.has(hash),
    idsOf: (hashes) => hashes.flatMap((hash) => ids.get(hash) ?? []),
  }
}

/** Opens the filter of a question. */
export const openChangeFilter = async (
  store: EventStore,
  { userId, clientId }: Pick<ChangesQuery, 'userId' | 'clientId'>,
): Promise<ChangeFilter> => {
  const ofUser = userId === undefined ? EVERYTHING : await openUserFilter(store, userId)
  if (clientId === undefined) return ofUser
  const ofClient = oneClient(clientId)
  return {
    includes: (id, events) => ofClient.includes(id, events) && ofUser.includes(id, events),
    includesLost: (hash, after) =>
      ofClient.includesLost(hash, after) && ofUser.includesLost(hash, after),
    idsOf: ofClient.idsOf,
  }
}
