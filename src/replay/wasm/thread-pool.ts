import { createOwnThread, startThread, type EngineThread } from './engine-thread.js'
import type { FileBlock, FileBlockResult } from './file-block.js'
import type { BlockCount, BlockPlace, EngineInstance } from './instance.js'
import type { OutputPart } from './output-buffer.js'
import type { WorkerStart } from './worker-messages.js'

/** How many clients a range has: enough that the cost of its messages does not show. */
const RANGE_CLIENTS = 2000

/** What one thread writes, part by part. While one part is handled it writes the next, into another buffer. */
async function* partsOf(
  thread: EngineThread,
  tables: number,
  step: number,
  ranges: number,
): AsyncGenerator<OutputPart, never> {
  const ask = (buffer: 0 | 1): Promise<OutputPart> =>
    thread.ask({ type: 'write', buffer, tables, step, ranges })
  let [present, next] = [ask(0), ask(1)]
  for (let buffer: 0 | 1 = 0; ; buffer = buffer === 0 ? 1 : 0) {
    yield await present
    ;[present, next] = [next, ask(buffer)]
  }
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
    const count = this.size
    const sizes = Array.from({ length: tables }, (_, table) => this.#instance.entryCountOf(table))
    const ranges = Math.max(count, Math.ceil(Math.max(...sizes) / RANGE_CLIENTS))
    const parts = this.#threads.map((thread) => partsOf(thread, tables, count, ranges))
    for (let range = 0; range < ranges; range++) {
      const ofRange = parts[range % count]
      for (;;) {
        const part = (await ofRange?.next())?.value
        if (part === undefined || part.isLast) break
        yield part
      }
    }
  }

  /** Ends the workers. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }
}
