import type { BlockCount, BlockPlace } from './instance.js'
import type { OutputPart } from './output-buffer.js'

/** The threads that fold a log: this one alone (`inline-pool.ts`), or several others (`thread-pool.ts`). */
export interface Pool {
  /** How many blocks may be folded at once, so that no thread waits. */
  readonly depth: number
  /** How many threads have clients, and so a sorted table each. */
  readonly tables: number
  /**
   * Folds a block.
   *
   * @param turn - a number from 0 that chooses the thread: blocks of one part of a log should have one
   */
  readonly fold: (place: BlockPlace, turn: number, maxLineBytes: number) => Promise<BlockCount>
  /** Makes each thread sort its clients, and publish them. */
  readonly publishSorted: () => Promise<void>
  /** Writes all Clients of the first tables in ascending order of id. A part is valid until the next. */
  readonly write: (tables: number) => AsyncIterable<OutputPart>
  readonly close: () => Promise<void>
}
