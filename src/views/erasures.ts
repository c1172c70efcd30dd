import { foldClient } from '../domain/fold.js'
import type { EventStore } from '../event-store/event-store.js'
import { CorruptRecord } from '../event-store/store-error.js'
import type { Progress, Replacement, ViewsEngine } from './views-engine.js'

const replacementOf = async (store: EventStore, clientId: string): Promise<Replacement> => {
  const recorded = await store.readClient(clientId)
  const state = foldClient(recorded.map(({ event }) => event))
  return { clientId, state: state.id === null ? undefined : state }
}

/**
 * Takes one part of the erasures of a store into views: the clients that lost events are read
 * again from the log.
 *
 * @returns false if there was nothing to take in; else the views have changed, and the caller looks again
 */
export const takeInErasures = async (
  store: EventStore,
  engine: ViewsEngine,
  progress: Progress,
): Promise<boolean> => {
  const { last, clients: hashes } = await store.erasures(progress.erasures)
  if (last === progress.erasures) return false
  try {
    const replacements: Replacement[] = []
    for (const id of await engine.clientIdsOf(hashes)) {
      replacements.push(await replacementOf(store, id))
    }
    await engine.replace(replacements, progress, last)
  } catch (error) {
    if (!(error instanceof CorruptRecord)) throw error
    // The events of that client can be read only together with all others, which leaves out what is damaged.
    await engine.reset(progress)
  }
  return true
}
