import { foldClient } from '../domain/fold.js'
import type { Erasures, EventStore } from '../event-store/event-store.js'
import { CorruptRecord } from '../event-store/store-error.js'
import type { Progress, Replacement, ViewsEngine } from './views-engine.js'

const replacementOf = async (store: EventStore, clientId: string): Promise<Replacement> => {
  const recorded = await store.readClient(clientId)
  const state = foldClient(recorded.map(({ event }) => event))
  return { clientId, state: state.id === null ? undefined : state }
}

/**
 * Takes erasures of a store into views: the clients that lost events are read
 * again from the log.
 */
export const takeInErasures = async (
  store: EventStore,
  engine: ViewsEngine,
  progress: Progress,
  { last, clients: hashes }: Erasures,
): Promise<void> => {
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
}
