import { OrderedResults } from '../ordered-results.js'
import { createOwnThread, startThread, type EngineThread } from './engine-thread.js'
import type { FileBlock, FileBlockResult } from './file-block.js'
import type { BlockCount, BlockPlace, EngineInstance } from './instance.js'
import type { OutputPart } from './output-buffer.js'
import type { WorkerStart } from './worker-messages.js'

/** How many clients a range has: enough that the cost of its messages does not show, few enough for one buffer. */
const RANGE_CLIENTS = 500
/** Each thread writes into so many buffers, and goes on when one was read. */
const OUTPUT_BUFFERS = 3

/** A range that was written, or its beginning, and how the thread writes what comes behind so many of its Clients. */
interface WrittenRange {
  readonly part: OutputPart
  readonly writeBehind: (skipped: number) => Promise<OutputPart>
  /** To be called when the part was read: the thread uses its buffer again. */
  readonly release: () => void
}

/** The threads that fold a log: this one, which has the number 0, and workers. */
export class ThreadPool {
  readonly #instance: EngineInstance
  readonly #threads: ReadonlyArray<EngineThread>

  /**
   * @param instance - of this thread
   * @param count - how many threads there are; all but this one are started
   */
  constructor(instance: EngineInstance, count: number, start: Omit<WorkerStart, 'table'>) {
    const workers = Array.from({ length: count - 1 }, (_, index) =>
      startThread({ ...start, table: index + 1 }),
    )
    this.#instance = instance
    this.#threads = [createOwnThread(instance), ...workers]
  }

  /** How many threads there are. Each has clients, and so a sorted table. */
  get size(): number {
    return this.#threads.length
  }

  #thread(number: number): EngineThread {
    const thread = this.#threads[number]
    if (thread === undefined) throw new RangeError('a pool has no thread of that number')
    return thread
  }

  /** Folds a block that was read, on the thread of that number. */
  fold(place: BlockPlace, thread: number, maxLineBytes: number): Promise<BlockCount> {
    return this.#thread(thread).ask({ type: 'fold', place, maxLineBytes })
  }

  /** Makes the thread of that number read and fold a block of a file. */
  foldFile(block: FileBlock, thread: number, maxLineBytes: number): Promise<FileBlockResult> {
    return this.#thread(thread).ask({ type: 'fold-file', block, maxLineBytes })
  }

  /** Makes each thread sort its clients, and publish them. */
  async publishSorted(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.ask<null>({ type: 'publish-sorted' })))
  }

  /** Writes all Clients of the first tables in ascending order of id. A part is valid until the next. */
  async *write(tables: number): AsyncGenerator<OutputPart> {
    const sizes = Array.from({ length: tables }, (_, table) => this.#instance.entryCountOf(table))
    const ranges = Math.max(1, Math.ceil(Math.max(...sizes) / RANGE_CLIENTS))
    const results = new OrderedResults<WrittenRange>(ranges, Infinity)
    let next = 0
    const writeRanges = async (thread: EngineThread, buffer: number): Promise<void> => {
      for (let range = next++; range < ranges; range = next++) {
        const number = range
        const writeBehind = (skipped: number): Promise<OutputPart> =>
          thread.ask({ type: 'write', buffer, tables, range: number, ranges, skipped })
        const part = await writeBehind(0)
        await new Promise<void>((release) => {
          results.put(number, { part, writeBehind, release }, part.length)
        })
      }
    }
    for (const thread of this.#threads) {
      for (let buffer = 0; buffer < OUTPUT_BUFFERS; buffer++) {
        writeRanges(thread, buffer).catch((error: unknown) => {
          results.fail(error)
        })
      }
    }
    for await (const { part: first, writeBehind, release } of results) {
      yield first
      let written = first.count
      for (let part = first; !part.isLast; written += part.count) {
        part = await writeBehind(written)
        yield part
      }
      release()
    }
  }

  /** Ends the workers. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }
}
