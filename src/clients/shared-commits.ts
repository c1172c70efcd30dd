import type { EventStore } from '../event-store/event-store.js'
import type { CommitPlace } from './commit-place.js'
import { readCommits, type CommitBatch } from './commits.js'

/** How much is kept for readers that are a little behind. */
const MOST_BATCHES = 100
const MOST_EVENTS = 2000

/** The newest commits of a store, which its readers share. */
interface Tail {
  /** The number of the first batch after a look of a reader; undefined if that batch is not kept any more. */
  readonly numberAfter: (lookedAt: number) => number | undefined
  /**
   * The batch that has a number. It is read from the store when the first reader asks for it. Undefined if it
   * is not kept any more, or the tail has ended.
   */
  readonly batch: (number: number) => Promise<CommitBatch | undefined>
  /** Whether no reader waits for its next batch, and its last look at the store was before a look of a reader. */
  readonly isBehind: (lookedAt: number) => boolean
  readonly end: () => void
}

/** Starts a tail where a reader has caught up. */
const startTail = (store: EventStore, place: CommitPlace, begin: number): Tail => {
  const ending = new AbortController()
  const commits = readCommits(store, place, ending.signal)
  const batches: CommitBatch[] = []
  let [first, events] = [0, 0]
  // What was committed after this moment is in the batches.
  let since = begin
  let reading: Promise<void> | undefined

  const keep = (batch: CommitBatch): void => {
    batches.push(batch)
    events += batch.events.length
    while (batches.length > 1 && (batches.length > MOST_BATCHES || events > MOST_EVENTS)) {
      const [oldest] = batches.splice(0, 1)
      first += 1
      since = oldest?.lookedAt ?? since
      events -= oldest?.events.length ?? 0
    }
  }
  const readNext = async (): Promise<void> => {
    try {
      const { value } = await commits.next()
      if (value !== undefined) keep(value)
    } finally {
      reading = undefined
    }
  }
  return {
    numberAfter: (lookedAt) => {
      if (lookedAt < since) return undefined
      const index = batches.findIndex((batch) => batch.lookedAt > lookedAt)
      return first + (index < 0 ? batches.length : index)
    },
    batch: async (number) => {
      if (number === first + batches.length) {
        reading ??= readNext()
        await reading
      }
      return batches[number - first]
    },
    isBehind: (lookedAt) => reading === undefined && (batches.at(-1)?.lookedAt ?? since) < lookedAt,
    end: () => {
      ending.abort()
    },
  }
}

/** Waits for an answer, until the signal. */
const untilAborted = async <A>(
  answer: Promise<A>,
  signal: AbortSignal | undefined,
): Promise<A | undefined> => {
  let abort: (() => void) | undefined
  const aborted = new Promise<undefined>((resolve) => {
    abort = () => {
      resolve(undefined)
    }
    signal?.addEventListener('abort', abort)
  })
  try {
    return await Promise.race([answer, aborted])
  } finally {
    if (abort !== undefined) signal?.removeEventListener('abort', abort)
  }
}

/** What is committed to a store, for any number of readers. */
export interface SharedCommits {
  /**
   * See `readCommits`. A reader that is behind reads on its own. As soon as it has caught up, it gets what
   * all others get too, which is read once. It can get again what it had already.
   */
  readonly read: (from: CommitPlace, signal: AbortSignal | undefined) => AsyncIterable<CommitBatch>
}

/** Creates the shared commits of a store. Nothing is read while no reader asks for the next batch. */
export const createSharedCommits = (store: EventStore): SharedCommits => {
  let tail: Tail | undefined
  const readers = new Map<Tail, number>()

  const join = (place: CommitPlace, lookedAt: number): Tail => {
    if (tail === undefined || tail.isBehind(lookedAt)) tail = startTail(store, place, lookedAt)
    readers.set(tail, (readers.get(tail) ?? 0) + 1)
    return tail
  }
  const leave = (left: Tail): void => {
    const count = (readers.get(left) ?? 0) - 1
    readers.set(left, count)
    if (count > 0) return
    readers.delete(left)
    left.end()
    if (tail === left) tail = undefined
  }

  /** The batches of the tail after a look of a reader, as long as the tail has them. */
  async function* newBatches(
    place: CommitPlace,
    lookedAt: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<CommitBatch, void> {
    const joined = join(place, lookedAt)
    try {
      let number = joined.numberAfter(lookedAt)
      while (number !== undefined && tail === joined && signal?.aborted !== true) {
        const batch = await untilAborted(joined.batch(number), signal)
        if (batch === undefined) return
        yield batch
        number += 1
      }
    } catch (error) {
      if (tail === joined) tail = undefined
      throw error
    } finally {
      leave(joined)
    }
  }

  return {
    read: async function* (from, signal) {
      let place = from
      const isOver = (): boolean => signal?.aborted === true
      while (!isOver()) {
        let lookedAt = 0
        for await (const batch of readCommits(store, place, signal)) {
          place = batch.place
          lookedAt = batch.lookedAt
          yield batch
          if (batch.isCaughtUp) break
        }
        if (isOver()) return
        for await (const batch of newBatches(place, lookedAt, signal)) {
          place = batch.place
          yield batch
        }
      }
    },
  }
}
