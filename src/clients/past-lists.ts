import { foldClient, startFold, type Moments } from '../domain/fold.js'
import type { EventStore } from '../event-store/event-store.js'
import { StateIndex, type SortedLists } from '../views/memory/state-index.js'
import { createPause, type Pause } from '../views/pause.js'
import { lostAmong, readLostClients } from './erased-clients.js'
import { TooManyQuestions } from './too-many-questions.js'

/** Reads the lists of an index. It pauses where a long list would keep the event loop. */
export type ReadLists<A> = (lists: SortedLists, pause: Pause) => Promise<A>

/** Lists as of other moments. */
export interface PastLists {
  /** @throws TooManyQuestions (as a rejection) if too many others wait. */
  readonly asOf: <A>(moments: Moments, read: ReadLists<A>) => Promise<A>
}

/** A fold of the whole log that has not begun, and the questions that it answers. */
interface PendingFold {
  readonly moments: Moments
  readonly answers: Array<(index: () => Promise<StateIndex>) => Promise<void>>
}

/** How many moments, and how many questions about them, wait at most. */
const MOST_MOMENTS = 4
const MOST_QUESTIONS = 200

const LONGEST_RETRY_SECONDS = 60

const foldAll = async (store: EventStore, moments: Moments): Promise<StateIndex> => {
  const pause = createPause()
  const erasures = (await store.erasures()).last
  const folding = startFold(moments)
  const index = new StateIndex()
  for await (const { event } of store.readAll({ onDamage: index.addDamage })) {
    folding.add(event)
    await pause()
  }
  for (const state of folding.clients.values()) {
    index.put(state)
    await pause()
  }
  const lost = await readLostClients(store, erasures)
  for (const id of lostAmong(index.clientIds(), lost.hashes)) {
    const state = foldClient(
      (await store.readClient(id)).map(({ event }) => event),
      moments,
    )
    index.remove(id)
    if (state.id !== null) index.put(state)
    await pause()
  }
  await index.settle(pause)
  return index
}

/**
 * Creates lists as of other moments. Each moment needs a fold of the whole log, and memory for all its
 * clients. So there is one fold at a time, and questions about a moment whose fold has not begun share
 * it. A fold that has begun is not shared, because it can lack an event that was recorded before the
 * later question.
 */
export const createPastLists = (store: EventStore): PastLists => {
  const pending = new Map<string, PendingFold>()
  let questions = 0
  let isFolding = false
  let foldSeconds = 1

  const runFolds = async (): Promise<void> => {
    isFolding = true
    for (const [key, { moments, answers }] of pending) {
      pending.delete(key)
      const started = performance.now()
      // The states are garbage once the last question is answered, before the next fold begins.
      const index = foldAll(store, moments)
      for (const answer of answers) await answer(() => index)
      foldSeconds = (performance.now() - started) / 1000
    }
    isFolding = false
  }

  const pendingFoldOf = (moments: Moments): PendingFold => {
    const key = `${moments.asOf ?? ''} ${moments.knownAt ?? ''}`
    const shared = pending.get(key)
    const isFull = shared === undefined && isFolding && pending.size >= MOST_MOMENTS
    if (isFull || questions >= MOST_QUESTIONS) {
      const seconds = Math.ceil(foldSeconds * pending.size)
      throw new TooManyQuestions(Math.min(Math.max(seconds, 1), LONGEST_RETRY_SECONDS))
    }
    if (shared !== undefined) return shared
    const fold: PendingFold = { moments, answers: [] }
    pending.set(key, fold)
    return fold
  }

  return {
    asOf: async (moments, read) => {
      const { answers } = pendingFoldOf(moments)
      questions += 1
      return new Promise((resolve) => {
        answers.push(async (index) => {
          questions -= 1
          const answer = index().then((states) => read(states.lists(), createPause()))
          resolve(answer)
          await answer.catch(() => undefined)
        })
        if (!isFolding) void runFolds()
      })
    },
  }
}
