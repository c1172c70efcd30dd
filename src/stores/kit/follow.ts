import type { EventStore, ReadFrom } from '../../event-store/event-store.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'

/** Tells followers that there may be more to read. */
export interface Wakeups {
  /** How often followers were woken so far. */
  readonly count: () => number
  /** Waits for more wake-ups than `seen`, for the poll's interval at most, or until the signal. */
  readonly after: (seen: number, signal: AbortSignal | undefined) => Promise<void>
  readonly wake: () => void
}

/**
 * Wake-ups for the followers of one store.
 *
 * @param pollMilliseconds - after which a follower looks by itself, for what other processes append
 */
export const createWakeups = (pollMilliseconds: number): Wakeups => {
  const waiting = new Set<() => void>()
  let count = 0
  return {
    count: () => count,
    wake: () => {
      count += 1
      for (const resume of [...waiting]) resume()
    },
    after: (seen, signal) =>
      new Promise((resolve) => {
        const resume = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', resume)
          waiting.delete(resume)
          resolve()
        }
        const timer = setTimeout(resume, pollMilliseconds)
        waiting.add(resume)
        signal?.addEventListener('abort', resume)
        if (count > seen || signal?.aborted === true) resume()
      }),
  }
}

/**
 * Follows a store by reading on from where the last reading ended, whenever there may be more. It
 * skips nothing and repeats nothing as long as reading does neither.
 */
export async function* followFrom(
  readAll: EventStore['readAll'],
  wakeups: Wakeups,
  isClosed: () => boolean,
  { after, signal }: ReadFrom,
): AsyncGenerator<RecordedEvent, void> {
  let last = after
  while (signal?.aborted !== true && !isClosed()) {
    // Counted before reading, so that what is appended meanwhile is not missed.
    const seen = wakeups.count()
    let found = false
    for await (const recorded of readAll({ after: last, signal })) {
      last = recorded.position
      found = true
      yield recorded
    }
    if (!found) await wakeups.after(seen, signal)
  }
}
