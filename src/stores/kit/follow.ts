import { setTimeout as pause } from 'node:timers/promises'
import type { EventStore, FollowFrom } from '../../event-store/event-store.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { FIRST_PAUSE_MS, isPassing, pauseAfter } from '../../event-store/passing-failure.js'
import type { CorruptRecord } from '../../event-store/store-error.js'

/** Wakes followers when there may be more to read. */
export interface Wakeups {
  /** How many wake-ups there were so far. */
  readonly count: () => number
  /**
   * Waits until there were more wake-ups than `seen`, or the time is over (the poll's interval unless
   * given), or the signal.
   */
  readonly after: (
    seen: number,
    signal: AbortSignal | undefined,
    milliseconds?: number,
  ) => Promise<void>
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
    after: (seen, signal, milliseconds = pollMilliseconds) =>
      new Promise((resolve) => {
        const resume = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', resume)
          resumptions.delete(resume)
          resolve()
        }
        const timer = setTimeout(resume, milliseconds)
        resumptions.add(resume)
        signal?.addEventListener('abort', resume)
        if (count > seen || signal?.aborted === true) resume()
      }),
  }
}

/**
 * Follows a store: reads on from the last event that was read, each time that there may be more. It
 * skips nothing and repeats nothing, as long as `readAll` does neither. After a passing failure it waits
 * and tries again.
 *
 * @throws every error that is no passing failure; see `EventStore.follow`
 */
export async function* followFrom(
  readAll: EventStore['readAll'],
  wakeups: Wakeups,
  isClosed: () => boolean,
  { after, signal, onDamage, onFailure, onRecovery }: FollowFrom,
): AsyncGenerator<RecordedEvent, void> {
  let last = after
  let failures = 0
  const recover = (): void => {
    if (failures === 0) return
    failures = 0
    onRecovery?.()
  }

  // Otherwise a damaged last record would be reported at every reading.
  const passDamage =
    onDamage &&
    ((damage: CorruptRecord): void => {
      last = damage.position ?? last
      onDamage(damage)
    })

  while (signal?.aborted !== true && !isClosed()) {
    // Counted before the reading, so that an append during the reading is not missed.
    const seen = wakeups.count()
    let hasRead = false
    try {
      for await (const recorded of readAll({ after: last, signal, onDamage: passDamage })) {
        recover()
        last = recorded.position
        hasRead = true
        yield recorded
      }
      recover()
    } catch (error) {
      if (!isPassing(error)) throw error
      failures += 1
      onFailure?.(error)
      // Not shortened by a wake-up: appends could succeed while readings fail.
      await pause(FIRST_PAUSE_MS, undefined, signal && { signal }).catch(() => undefined)
      await wakeups.after(seen, signal, pauseAfter(failures) - FIRST_PAUSE_MS)
      continue
    }
    if (!hasRead) await wakeups.after(seen, signal)
  }
}
