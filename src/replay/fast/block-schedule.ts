interface Span {
  from: number
  to: number
}

/**
 * Which thread folds which blocks of a file. Each thread has a span of them, because events of one session are near
 * each other in time: so most sessions are known to one thread only. A thread that has done its span takes blocks
 * from the end of the longest one.
 */
export class BlockSchedule {
  readonly #spans: ReadonlyArray<Span>

  constructor(blocks: number, threads: number) {
    const place = (index: number): number => Math.floor((blocks * index) / threads)
    this.#spans = Array.from({ length: threads }, (_, index) => ({
      from: place(index),
      to: place(index + 1),
    }))
  }

  /** The number of the block that a thread folds next; null if no block is left. */
  next(thread: number): number | null {
    const own = this.#spans[thread]
    if (own !== undefined && own.from < own.to) return own.from++
    const longest = this.#spans.reduce((left, right) =>
      right.to - right.from > left.to - left.from ? right : left,
    )
    return longest.from < longest.to ? --longest.to : null
  }
}
