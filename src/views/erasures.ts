import { foldClient } from '../domain/fold.js'
import type { Erasures, EventStore } from '../event-store/event-store.js'
import { CorruptRecord } from '../event-store/store-error.js'
import { isSameBuild, type Progress, type Replacement, type ViewsEngine } from './views-engine.js'

const replacementOf = async (store: EventStore, clientId: string): Promise<Replacement> => {
  const recorded = await store.readClient(clientId)
  const state = foldClient(recorded.map(({ event }) => event))
  return { clientId, state: state.id === null ? undefined : state }
}

/** How many clients are replaced in one transaction. More would keep the event loop for too long on SQLite. */
const CLIENTS_OF_A_TRANSACTION = 20

const replaceClients = async (
  store: EventStore,
  engine: ViewsEngine,
  progress: Progress,
  { last, clients: hashes }: Erasures,
): Promise<void> => {
  const ids = await engine.clientIdsOf(hashes)
  let from = progress
  for (let start = 0; ; start += CLIENTS_OF_A_TRANSACTION) {
    const end = start + CLIENTS_OF_A_TRANSACTION
    const replacements: Replacement[] = []
    for (const id of ids.slice(start, end)) replacements.push(await replacementOf(store, id))
    const isLast = end >= ids.length
    // Only the last transaction notes the erasures: after a crash, all of these clients are replaced again.
    const isReplaced = await engine.replace(replacements, from, isLast ? last : from.erasures)
    if (isLast || !isReplaced) return
    from = await engine.progress()
    if (!isSameBuild(progress, from)) return
  }
}

/**
 * Takes erasures of a store into views: the clients that lost events are read
 * again from the log.
 */
export const takeInErasures = async (
  store: EventStore,
  engine: ViewsEngine,
  progress: Progress,
  erasures: Erasures,
): Promise<void> => {
  try {
    await replaceClients(store, engine, progress, erasures)
  } catch (error) {
    if (!(error instanceof CorruptRecord)) throw error
    // The events of that client can be read only together with all others, which leaves out what is damaged.
    await engine.reset(progress)
  }
}
