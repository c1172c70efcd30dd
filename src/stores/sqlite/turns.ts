/** So long after SQLite was first called in a turn of the event loop, further work waits for the next turn. */
const LONGEST_TURN_MS = 8

/** So long work waits at most before nothing goes before it any more. */
const LONGEST_WAIT_MS = 200

/** Begins work at once, or in a later turn of the event loop if this turn has been long already. */
export type InTurn = <A>(work: () => Promise<A>) => Promise<A>

/**
 * Divides the work of a connection among turns of the event loop. A driver works in this thread, so an
 * awaited answer of SQLite is no turn: many readings in a row, each of them short, would keep everything
 * else waiting.
 *
 * Work that waits begins in its order. What comes later may go before it within a turn, which costs the fewest turns,
 * but not for long: appends that follow each other on a slow disk would otherwise take each turn, and an erasure or a
 * reading would wait for seconds.
 */
export const createTurns = (): InTurn => {
  let startedAt: number | undefined
  let isScheduled = false
  const waiting: Array<{ readonly since: number; readonly start: () => void }> = []

  const isOver = (): boolean =>
    startedAt !== undefined && performance.now() - startedAt >= LONGEST_TURN_MS

  const begin = <A>(work: () => Promise<A>): Promise<A> => {
    if (startedAt === undefined) {
      startedAt = performance.now()
      setImmediate(() => {
        startedAt = undefined
      })
    }
    return work()
  }
  const beginWaiting = (): void => {
    isScheduled = false
    while (waiting.length > 0 && !isOver()) waiting.shift()?.start()
    schedule()
  }
  const schedule = (): void => {
    if (isScheduled || waiting.length === 0) return
    isScheduled = true
    setImmediate(beginWaiting)
  }
  /** Whether work has waited so long that nothing may go before it. */
  const hasWaitedLong = (): boolean =>
    waiting[0] !== undefined && performance.now() - waiting[0].since >= LONGEST_WAIT_MS
  return (work) => {
    if (!isOver() && !hasWaitedLong()) return begin(work)
    return new Promise((resolve) => {
      const start = (): void => {
        resolve(begin(work))
      }
      waiting.push({ since: performance.now(), start })
      schedule()
    })
  }
}
