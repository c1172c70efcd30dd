import { foldClient, type Horizon } from '../domain/fold.js'
import type { EventStore } from '../event-store/event-store.js'
import type { Position } from '../event-store/recorded-event.js'
import { ForeignPosition } from '../event-store/store-error.js'
import { lostAmong, readLostClients } from './erased-clients.js'
import { createPastLists, type ReadLists } from './past-lists.js'
import { createPause } from './pause.js'
import { StateIndex } from './state-index.js'

/** Lists over all clients. No store can order them: only the fold knows when a client was created. */
export interface ClientIndex {
  /**
   * Reads the lists as they are now: it first joins the events that came since the last call, and
   * reads the clients again that lost something by an erasure, of whichever process.
   */
  readonly now: <A>(read: ReadLists<A>) => Promise<A>
  /**
   * Reads the lists as of another moment. It folds the whole log.
   *
   * @throws TooManyQuestions (as a rejection) if too many others wait.
   */
  readonly asOf: <A>(horizon: Horizon, read: ReadLists<A>) => Promise<A>
}

/** The index of the present, and up to where it was read. */
interface CurrentIndex {
  readonly states: StateIndex
  readonly after: Position | undefined
  /** The number of the last erasure that it has taken into account. */
  readonly erasures: number
}

const readOn = async (
  store: EventStore,
  { states, after, erasures }: CurrentIndex,
): Promise<CurrentIndex> => {
  const pause = createPause()
  // Taken before the reading: an event that commits during the reading can have a place before its last
  // event. Some events come again at the next reading: to join them twice changes nothing.
  const next = await store.lastPosition()
  for await (const { event } of store.readAll({ after, onDamage: states.addDamage })) {
    states.add(event)
    await pause()
  }
  const lost = await readLostClients(store, erasures)
  for (const id of lostAmong(states.clientIds(), lost.hashes)) {
    const state = foldClient((await store.readClient(id)).map(({ event }) => event))
    states.remove(id)
    if (state.id !== null) states.put(state)
    await pause()
  }
  await states.settle(pause)
  return { states, after: next, erasures: lost.last }
}

/**
 * Creates an index that reads nothing before its first use. Then it folds the whole log into memory,
 * under a kilobyte for each session, and from then on joins what came since the last call.
 */
export const createClientIndex = (store: EventStore): ClientIndex => {
  let current: CurrentIndex | undefined
  let turn: Promise<unknown> = Promise.resolve()
  let questions = 0
  /** The last reading, and how many questions were there when it began. */
  let last = { questions: 0, reading: Promise.resolve() }

  const begin = async (): Promise<CurrentIndex> => ({
    states: new StateIndex(),
    after: undefined,
    // Read before the events, so that no erasure during the reading is missed.
    erasures: (await store.erasures()).last,
  })
  const catchUp = async (): Promise<void> => {
    // If a reading fails, the next one begins at its start: to join an event twice changes nothing.
    current ??= await begin()
    try {
      current = await readOn(store, current)
    } catch (error) {
      if (!(error instanceof ForeignPosition)) throw error
      current = await readOn(store, await begin())
    }
  }
  const inTurn = <A>(work: () => Promise<A>): Promise<A> => {
    const result = turn.then(work, work)
    turn = result.catch(() => undefined)
    return result
  }

  return {
    now: (read) => {
      const question = (questions += 1)
      // The lists are no copy, so nothing may change them while they are read.
      return inTurn(async () => {
        // Questions that were there when a reading began share it, also its failure.
        if (last.questions < question) last = { questions, reading: catchUp() }
        await last.reading
        if (current === undefined) throw new Error('the index was read')
        return read(current.states.lists(), createPause())
      })
    },
    asOf: createPastLists(store).asOf,
  }
}
