import { setTimeout as pause } from 'node:timers/promises'
import { NO_CLIENT } from '../domain/state.js'
import { clientHashOf } from '../event-store/client-hash.js'
import type { EventStore } from '../event-store/event-store.js'
import { isPassing, pauseAfter } from '../event-store/passing-failure.js'
import { CorruptRecord } from '../event-store/store-error.js'
import { toClient } from '../projections/client.js'
import type { Views } from '../views/views.js'
import type { ChangeReaders } from './change-readers.js'
import { openChangeFilter, type ChangeFilter } from './change-filter.js'
import { createChangeMemory, type ChangeMemory, type StateChange } from './change-memory.js'
import type { ChangesQuery, ClientChange } from './client-change.js'
import { placeOfPosition, positionOfPlace, type CommitPlace } from './commit-place.js'
import type { CommitBatch } from './commits.js'
import { eventsByClient } from './events-by-client.js'
import type { SharedCommits } from './shared-commits.js'
import type { SharedReads } from './shared-reads.js'

/** What a reader of changes works with. */
export interface ChangesSource {
  readonly store: EventStore
  readonly commits: SharedCommits
  readonly reads: SharedReads
  readonly views: Pick<Views, 'clientIdsOf'>
  readonly readers: ChangeReaders
  /** The clock by which statuses are read, in epoch milliseconds. */
  readonly now: () => number
  /** For how many clients the state stays in memory. */
  readonly cachedStates: number
}

/** A change before it is given: its statuses are read when it is. */
type Change = StateChange & Pick<ClientChange, 'clientId' | 'clientHash'>

/** An erased client that is not in memory. */
const GONE: StateChange = { before: NO_CLIENT, state: NO_CLIENT, events: [] }

/** What one reader of changes has opened. */
interface ChangesReader {
  readonly source: ChangesSource
  readonly memory: ChangeMemory
  readonly filter: ChangeFilter
  readonly report: (damage: CorruptRecord) => void
}

/** Reads a change of a client. Undefined if nothing changed, or if a record that it needs is damaged. */
const readable = async (
  reading: Promise<StateChange | undefined>,
  report: ChangesReader['report'],
): Promise<StateChange | undefined> => {
  try {
    return await reading
  } catch (error) {
    if (!(error instanceof CorruptRecord)) throw error
    report(error)
    return undefined
  }
}

/** The changes of a batch, without those that are known already. */
async function* changesOf(
  batch: CommitBatch,
  erasuresBefore: number,
  { source, memory, filter, report }: ChangesReader,
): AsyncGenerator<Change, void> {
  const { events, lost, damages } = batch
  const readClient = (clientId: string) => source.reads.client(clientId, batch)
  for (const damage of damages) report(damage)
  for (const [clientId, ofClient] of eventsByClient(events)) {
    if (!filter.includes(clientId, ofClient)) continue
    const change = await readable(memory.add(clientId, ofClient, readClient), report)
    if (change !== undefined) yield { ...change, clientId, clientHash: clientHashOf(clientId) }
  }

  const hashes = new Set(lost.filter((hash) => filter.includesLost(hash, erasuresBefore)))
  const ids = new Map<string, string>()
  const addIds = (found: ReadonlyArray<string>): void => {
    for (const id of found) ids.set(clientHashOf(id), id)
  }
  addIds(filter.idsOf([...hashes]))
  addIds(memory.idsOf(hashes))
  const unknown = [...hashes].filter((hash) => !ids.has(hash))
  if (unknown.length > 0) addIds(await source.views.clientIdsOf(unknown))
  for (const clientHash of hashes) {
    const clientId = ids.get(clientHash) ?? null
    const change =
      clientId === null ? GONE : await readable(memory.readAgain(clientId, readClient), report)
    if (change !== undefined) yield { ...change, clientId, clientHash }
  }
}

/**
 * A change without what its client lost after the batch, so that nothing erased is given any more. Undefined
 * if nothing of the client is left, which comes as a change of its own.
 */
const withoutLost = async (
  change: Change,
  batch: CommitBatch,
  { source, memory, report }: ChangesReader,
): Promise<Change | undefined> => {
  const { clientId, clientHash } = change
  if (clientId === null || !(await source.reads.isLost(clientHash, batch))) return change
  // What readers share can be older than the erasure.
  const reading = memory.withoutLost(clientId, change, source.store.readClient)
  const left = await readable(reading, report)
  return left && { ...left, clientId, clientHash }
}

/**
 * Reads changes: see `Clients.changes`. Each of them carries the position before its batch, and the last one of
 * a batch the position after it. So what a reader has not seen comes again.
 */
export async function* readChanges(
  source: ChangesSource,
  query: ChangesQuery,
): AsyncGenerator<ClientChange, void> {
  const { store, commits, now, cachedStates, readers } = source
  const { after, signal, onDamage, onFailure, onRecovery, onProgress } = query
  const memory = createChangeMemory(cachedStates)
  let place: CommitPlace | undefined = after === undefined ? undefined : placeOfPosition(after)
  let filter: ChangeFilter | undefined
  let failures = 0

  const report = (damage: CorruptRecord): void => {
    if (onDamage === undefined) throw damage
    onDamage(damage)
  }
  const given = ({ state, before, ...change }: Change, at: CommitPlace): ClientChange => {
    const clock = { at: now() }
    return {
      ...{ position: positionOfPlace(at), clientId: change.clientId },
      clientHash: change.clientHash,
      ...{ client: toClient(state, clock), before: toClient(before, clock), events: change.events },
    }
  }
  const reader = readers.open()
  const progress = (at: CommitPlace, isCaughtUp: boolean, lookedAt: number): void => {
    reader.looked(lookedAt)
    onProgress?.({ position: positionOfPlace(at), isCaughtUp, age: performance.now() - lookedAt })
  }

  try {
    while (signal?.aborted !== true) {
      try {
        if (place === undefined) {
          const lookedAt = performance.now()
          const [{ position }, { last }] = await Promise.all([store.logEnd(), store.erasures()])
          place = { after: position, erasures: last }
          progress(place, true, lookedAt)
        }
        filter ??= await openChangeFilter(store, query)
        const opened = { source, memory, filter, report }
        for await (const batch of commits.read(place, signal)) {
          if (failures > 0) onRecovery?.()
          failures = 0
          let last: Change | undefined
          for await (const change of changesOf(batch, place.erasures, opened)) {
            const previous = last && (await withoutLost(last, batch, opened))
            if (previous !== undefined) yield given(previous, place)
            last = change
          }
          last &&= await withoutLost(last, batch, opened)
          place = batch.place
          if (last !== undefined) yield given(last, place)
          memory.keep()
          progress(place, batch.isCaughtUp, batch.lookedAt)
        }
        return
      } catch (error) {
        if (!isPassing(error)) throw error
        // The batch comes again. What of it is in memory would be no change then.
        memory.takeBack()
        failures += 1
        onFailure?.(error)
        await pause(pauseAfter(failures), undefined, signal && { signal }).catch(() => undefined)
      }
    }
  } finally {
    reader.close()
  }
}
