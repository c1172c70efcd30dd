import { evolve, foldClient } from '../domain/fold.js'
import { stateText } from '../domain/state-text.js'
import { NO_CLIENT, type ClientState } from '../domain/state.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import { lostAmong } from './erased-clients.js'

/** What changed about a client. */
export interface StateChange {
  readonly before: ClientState
  readonly state: ClientState
  readonly events: ReadonlyArray<RecordedEvent>
}

/** A client as it was given last. */
interface GivenClient {
  readonly state: ClientState
  /** The revisions that were given: from the first to the last one. */
  readonly first: number
  readonly last: number
}

/** Reads the events of a client from the store. */
export type ReadClient = (clientId: string) => Promise<ReadonlyArray<RecordedEvent>>

/** The clients that a reader of changes has given last. */
export interface ChangeMemory {
  /** What events of a client change; undefined if they are known already, or say nothing new. */
  readonly add: (
    clientId: string,
    events: ReadonlyArray<RecordedEvent>,
    readClient: ReadClient,
  ) => Promise<StateChange | undefined>
  /** What an erasure has changed about a client; undefined if nothing. */
  readonly readAgain: (clientId: string, readClient: ReadClient) => Promise<StateChange | undefined>
  /**
   * A change that was not given yet, without what its client lost since. Undefined if nothing of the client is
   * left: `readAgain` tells that.
   */
  readonly withoutLost: (
    clientId: string,
    change: StateChange,
    readClient: ReadClient,
  ) => Promise<StateChange | undefined>
  /** Everything that was added and read again has been given. */
  readonly keep: () => void
  /**
   * Some of what was added and read again since `keep` was not given. It forgets these clients, so that they
   * are a change once more, also if an erasure has taken back what was given.
   */
  readonly takeBack: () => void
  /** Those clients in memory that have one of these hashes. */
  readonly idsOf: (hashes: ReadonlySet<string>) => ReadonlyArray<string>
}

const stateOf = (events: ReadonlyArray<RecordedEvent>): ClientState =>
  foldClient(events.map(({ event }) => event))

const changeOf = (
  before: ClientState,
  state: ClientState,
  events: ReadonlyArray<RecordedEvent>,
): StateChange | undefined =>
  before === state || stateText(before) === stateText(state) ? undefined : { before, state, events }

const wasGiven = (known: GivenClient | undefined, revision: number): boolean =>
  known !== undefined && revision >= known.first && revision <= known.last

/** Events that came with revisions in one piece, right after those that were given. */
const continues = ({ last }: GivenClient, events: ReadonlyArray<RecordedEvent>): boolean =>
  events.every(({ revision }, index) => revision === last + 1 + index)

/**
 * Creates the memory of a reader of changes. It bounds itself: a client that it has dropped is read from the
 * store again.
 *
 * @param capacity - how many clients it holds at most
 */
export const createChangeMemory = (capacity: number): ChangeMemory => {
  const given = new Map<string, GivenClient>()
  /** The clients that changed since `keep`. */
  const changed = new Set<string>()
  const forget = (clientId: string): void => {
    changed.add(clientId)
    given.delete(clientId)
  }
  const remember = (clientId: string, client: GivenClient): void => {
    // The map iterates in the order of insertion: the client that changed least recently comes first.
    forget(clientId)
    given.set(clientId, client)
    const [oldest] = given.keys()
    if (given.size > capacity && oldest !== undefined) given.delete(oldest)
  }

  /** For a client that is not in memory, and for revisions that do not follow those that were given. */
  const readBetween = async (
    clientId: string,
    first: number,
    known: GivenClient | undefined,
    readClient: ReadClient,
  ): Promise<StateChange & { readonly last: number | undefined }> => {
    const all = await readClient(clientId)
    const from = known !== undefined && first > known.last ? known.last + 1 : first
    return {
      before: known?.state ?? stateOf(all.filter(({ revision }) => revision < first)),
      state: stateOf(all),
      events: all.filter(({ revision }) => revision >= from && !wasGiven(known, revision)),
      last: all.at(-1)?.revision,
    }
  }

  return {
    add: async (clientId, events, readClient) => {
      const known = given.get(clientId)
      const fresh = events
        .filter(({ revision }) => !wasGiven(known, revision))
        .toSorted((left, right) => left.revision - right.revision)
      const first = fresh[0]?.revision
      if (first === undefined) return undefined
      if (known !== undefined && continues(known, fresh)) {
        const state = fresh.reduce((before, { event }) => evolve(before, event), known.state)
        remember(clientId, { state, first: known.first, last: known.last + fresh.length })
        return changeOf(known.state, state, fresh)
      }
      const read = await readBetween(clientId, first, known, readClient)
      // It was erased since. That comes as a change of its own.
      if (read.last === undefined) return undefined
      const change = changeOf(read.before, read.state, read.events)
      // The state before is a guess here. If an erasure took from both states, what was given is another one.
      if (change === undefined && known === undefined) return undefined
      remember(clientId, {
        state: read.state,
        first: Math.min(first, known?.first ?? first),
        last: Math.max(read.last, known?.last ?? 0),
      })
      return change
    },
    readAgain: async (clientId, readClient) => {
      const known = given.get(clientId)
      const all = await readClient(clientId)
      const state = stateOf(all)
      const last = all.at(-1)?.revision
      if (last === undefined) forget(clientId)
      else remember(clientId, { state, first: known?.first ?? 1, last })
      if (known === undefined || last === undefined) {
        return { before: known?.state ?? NO_CLIENT, state, events: [] }
      }
      return changeOf(known.state, state, [])
    },
    withoutLost: async (clientId, { before, events }, readClient) => {
      const known = given.get(clientId)
      const all = await readClient(clientId)
      const last = all.at(-1)?.revision
      if (last === undefined) {
        if (known !== undefined) remember(clientId, { ...known, state: before })
        return undefined
      }
      const state = stateOf(all)
      remember(clientId, { state, first: known?.first ?? 1, last })
      const revisions = new Set(events.map(({ revision }) => revision))
      const isNew = ({ revision }: RecordedEvent): boolean =>
        revisions.has(revision) || (known !== undefined && revision > known.last)
      return { before, state, events: all.filter(isNew) }
    },
    keep: () => {
      changed.clear()
    },
    takeBack: () => {
      for (const clientId of changed) given.delete(clientId)
      changed.clear()
    },
    idsOf: (hashes) => lostAmong(given.keys(), hashes),
  }
}
