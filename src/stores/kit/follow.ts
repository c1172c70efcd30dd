import type { EventStore, ReadFrom } from '../../event-store/event-store.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'

/** Wakes followers when there may be more to read. */
export interface Wakeups {
  /** How many wake-ups there were so far. */
  readonly count: () => number
  /** Waits until there were more wake-ups than `seen`, or the poll's interval is over, or the signal. */
  readonly after: (seen: number, signal: AbortSignal | undefined) => Promise<void>
  readonly wake: () => void
}

/**
 * Wake-ups for the followers of one store.
 *
 * @param pollMilliseconds - how long a follower waits without a wake-up before it looks for events of
 *   other processes
 */
export const createWakeups = (pollMilliseconds: number): Wakeups => {
  const resumptions = new Set<() => void>()
  let count = 0
  return {
    count: () => count,
    wake: () => {
      count += 1
      for (const resume of [...resumptions]) resume()
    },
    after: (seen, signal) =>
      new Promise((resolve) => {
        const resume = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', resume)
          resumptions.delete(resume)
          resolve()
        }
        const timer = setTimeout(resume, pollMilliseconds)
        resumptions.add(resume)
        signal?.addEventListener('abort', resume)
        if (count > seen || signal?.aborted === true) resume()
      }),
  }
}

/**
 * Follows a store: reads on from the last event that was read, each time that there may be more. It
 * skips nothing and repeats nothing, as long as `readAll` does neither.
 */
export async function* followFrom(
  readAll: EventStore['readAll'],
  wakeups: Wakeups,
  isClosed: () => boolean,
  { after, signal }: ReadFrom,
): AsyncGenerator<RecordedEvent, void> {
  let last = after
  while (signal?.aborted !== true && !isClosed()) {
    // Counted before the reading, so that an append during the reading is not missed.
    const seen = wakeups.count()
    let hasRead = false
    for await (const recorded of readAll({ after: last, signal })) {
      last = recorded.position
      hasRead = true
      yield recorded
    }
    if (!hasRead) await wakeups.after(seen, signal)
  }
}
