import { clientHashOf } from '../../event-store/client-hash.js'
import { concat, NO_CLIENT } from '../../domain/state.js'
import type { Created } from '../../events/order.js'
import { startOf, type ListStart } from '../list-start.js'
import { createPause, type Pause } from '../pause.js'
import {
  isSameBuild,
  NO_PROGRESS,
  type Answer,
  type Bounds,
  type Found,
  type Progress,
  type ViewsEngine,
} from '../views-engine.js'
import { StateIndex, type SortedList } from './state-index.js'

/** Views as an engine holds them in memory. */
interface Held {
  readonly index: StateIndex
  readonly ids: Map<string, string>
  /** The client of each damaged record. */
  readonly damages: Map<string, string | null>
  progress: Progress
}

const pageOf = async <A extends Created>(
  { length, at }: SortedList<A>,
  { limit, ...part }: Bounds & ListStart,
  damaged: number,
  pause: Pause,
): Promise<Answer<Found<A>>> => {
  const data: A[] = []
  const start = startOf(length, at, part)
  for (let index = start; index < Math.min(length, start + limit); index++) {
    data.push(at(index))
    if (index % 100 === 0) await pause()
  }
  return { found: { data, totalCount: length, damaged } }
}

/**
 * Views in memory: under a kilobyte for each session. They last as long as the process, and are made at the
 * first question.
 */
export const createMemoryViewsEngine = (): ViewsEngine => {
  const begin = (build: number): Held => ({
    index: new StateIndex(),
    ids: new Map(),
    damages: new Map(),
    progress: { ...NO_PROGRESS, build },
  })
  let held = begin(0)
  let turn: Promise<unknown> = Promise.resolve()
  // The lists are no copy, so nothing may change them while they are read.
  const inTurn = <A>(work: () => Promise<A>): Promise<A> => {
    const result = turn.then(work)
    turn = result.catch(() => undefined)
    return result
  }
  const note = (changes: Partial<Progress>): void => {
    const { clientCount, sessionCount } = held.index
    held.progress = {
      ...held.progress,
      ...changes,
      changes: held.progress.changes + 1,
      ...{ clients: clientCount, sessions: sessionCount, damaged: held.damages.size },
    }
  }

  return {
    isKept: false,
    exists: () => Promise.resolve(false),
    batchSize: 1000,
    open: () => Promise.resolve(),
    progress: () => Promise.resolve(held.progress),
    // Never shared.
    identity: () => Promise.resolve(''),
    join: ({ states, damages }, from, place) =>
      inTurn(async () => {
        if (!isSameBuild(from, held.progress)) return false
        const pause = createPause()
        for (const [id, state] of states) {
          const joined = concat(held.index.state(id) ?? NO_CLIENT, state)
          if (joined.id !== null) held.index.put(joined, state.sessions.keys())
          held.ids.set(clientHashOf(id), id)
          await pause()
        }
        for (const { key, clientId } of damages) held.damages.set(key, clientId)
        note({ ...place })
        return true
      }),
    clientIdsOf: (hashes) => Promise.resolve(hashes.flatMap((hash) => held.ids.get(hash) ?? [])),
    replace: (clients, from, erasures) =>
      inTurn(() => {
        const isSame = isSameBuild(from, held.progress) && from.changes === held.progress.changes
        if (!isSame) return Promise.resolve(false)
        for (const { clientId, state } of clients) {
          held.index.remove(clientId)
          for (const [key, damaged] of held.damages) {
            if (damaged === clientId) held.damages.delete(key)
          }
          if (state === undefined) held.ids.delete(clientHashOf(clientId))
          else held.index.put(state)
        }
        note({ erasures })
        return Promise.resolve(true)
      }),
    reset: (from) =>
      inTurn(() => {
        if (from.build === held.progress.build) held = begin(from.build + 1)
        return Promise.resolve()
      }),
    clients: (bounds) =>
      inTurn(async () => {
        const pause = createPause()
        await held.index.settle(pause)
        return pageOf(held.index.lists().clients, bounds, held.damages.size, pause)
      }),
    sessions: (request) =>
      inTurn(async () => {
        const pause = createPause()
        await held.index.settle(pause)
        return pageOf(await held.index.find(request, pause), request, held.damages.size, pause)
      }),
    session: (sessionId) =>
      Promise.resolve({
        found: {
          session: held.index.version(sessionId)?.session ?? null,
          damaged: held.damages.size,
        },
      }),
    contestedSessions: () => Promise.resolve([...held.index.contestedSessions()]),
  }
}
