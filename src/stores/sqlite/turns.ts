/** So long after SQLite was first called in a turn of the event loop, further work waits for the next turn. */
const LONGEST_TURN_MS = 8

/** Begins work at once, or in a later turn of the event loop if this turn has been long already. */
export type InTurn = <A>(work: () => Promise<A>) => Promise<A>

/**
 * Divides the work of a connection among turns of the event loop. A driver works in this thread, so an
 * awaited answer of SQLite is no turn: many readings in a row, each of them short, would keep everything
 * else waiting.
 */
export const createTurns = (): InTurn => {
  let startedAt: number | undefined
  let next: Promise<void> | undefined

  /** Undefined if work may begin now. */
  const nextTurn = (): Promise<void> | undefined => {
    if (startedAt === undefined) {
      startedAt = performance.now()
      setImmediate(() => {
        startedAt = undefined
      })
      return undefined
    }
    if (performance.now() - startedAt < LONGEST_TURN_MS) return undefined
    next ??= new Promise((resolve) => {
      setImmediate(() => {
        next = undefined
        resolve()
      })
    })
    return next
  }
  const later = async <A>(turn: Promise<void>, work: () => Promise<A>): Promise<A> => {
    // Work that began in the next turn before this can have taken all of it.
    for (let wait: Promise<void> | undefined = turn; wait !== undefined; wait = nextTurn()) {
      await wait
    }
    return work()
  }
  return (work) => {
    const turn = nextTurn()
    return turn === undefined ? work() : later(turn, work)
  }
}
