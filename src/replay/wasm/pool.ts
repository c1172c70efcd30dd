import type { EngineInstance } from './instance.js'

/** Whole lines of a log in the shared memory, and room for a list of those that are not sure. */
export interface Block {
  readonly start: number
  /** Behind the last line feed. */
  readonly end: number
  readonly list: number
}

/** What a block held. */
export interface BlockCount {
  readonly lines: number
  readonly events: number
  /** Lines that the plain path has to read; they are in the block's list. */
  readonly unsure: number
}

/** Lines of Clients, one after the other. */
export interface WrittenClients {
  /** Good until the next are asked for. */
  readonly bytes: Uint8Array
  readonly count: number
}

/** Those who fold: this thread, or several. Each knows a part of what was said. */
export interface Crew {
  /** How many blocks may be with it at once, so that nobody waits. */
  readonly depth: number
  /** Of the thread that asks: to take regions, to fold single events, and to look into what is known. */
  readonly own: EngineInstance
  readonly tables: number
  /**
   * Folds a block.
   *
   * @param turn - whose turn it is, from 0: what comes from one part of a log is best folded by one
   */
  readonly fold: (block: Block, turn: number, mostLineBytes: number) => Promise<BlockCount>
  /** Puts in order what everyone has folded. */
  readonly finish: () => Promise<void>
  /** The lines of all Clients of the first so many tables, in ascending order of id. */
  readonly write: (tables: number) => AsyncIterable<WrittenClients>
  readonly close: () => Promise<void>
}

/** Folds a block on this thread. */
export const foldBlock = (
  instance: EngineInstance,
  { start, end, list }: Block,
  mostLineBytes: number,
): BlockCount => {
  instance.foldBlock(start, end, list, mostLineBytes)
  const { lines, events, unsure } = instance
  return { lines: lines.value, events: events.value, unsure: unsure.value }
}
