import { Worker } from 'node:worker_threads'
import { workerUrl } from './engine-files.js'
import { toEngineError } from './engine-full.js'
import type { BlockCount, EngineInstance } from './instance.js'
import type { OutputPart } from './output-buffer.js'
import type { Pool } from './pool.js'
import type { WorkerMessage, WorkerStart } from './worker-messages.js'

/** How many clients a range has: enough that the cost of its messages does not show. */
const RANGE_CLIENTS = 2000

interface PendingAnswer {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

/** A worker thread. It answers messages in their order. */
class Thread {
  readonly #worker: Worker
  readonly #pending: PendingAnswer[] = []

  constructor(start: WorkerStart) {
    this.#worker = new Worker(workerUrl(), { workerData: start })
    this.#worker.on('message', (answer: unknown) => this.#pending.shift()?.resolve(answer))
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#pending.splice(0)) reject(toEngineError(error))
    })
  }

  ask<A>(message: WorkerMessage): Promise<A> {
    return new Promise<A>((resolve, reject) => {
      this.#pending.push({ resolve: resolve as (answer: unknown) => void, reject })
      this.#worker.postMessage(message)
    })
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}

/** What one thread writes, part by part. While one part is handled it writes the next, into another buffer. */
async function* partsOf(
  thread: Thread,
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

/**
 * The pool of so many worker threads.
 *
 * @param instance - of this thread, which folds single events and writes nothing
 */
export const startThreadPool = (
  instance: EngineInstance,
  count: number,
  start: Omit<WorkerStart, 'table'>,
): Pool => {
  const threads = Array.from({ length: count }, (_, table) => new Thread({ ...start, table }))

  async function* write(tables: number): AsyncGenerator<OutputPart> {
    const sizes = Array.from({ length: tables }, (_, table) => instance.entryCountOf(table))
    const ranges = Math.max(count, Math.ceil(Math.max(...sizes) / RANGE_CLIENTS))
    const parts = threads.map((thread) => partsOf(thread, tables, count, ranges))
    for (let range = 0; range < ranges; range++) {
      const ofRange = parts[range % count]
      for (;;) {
        const part = (await ofRange?.next())?.value
        if (part === undefined || part.isLast) break
        yield part
      }
    }
  }

  return {
    // Two for each thread, and one that is being read.
    depth: 2 * count,
    // One more for this thread.
    tables: count + 1,
    fold: (place, turn, maxLineBytes) => {
      const thread = threads[turn % count]
      if (thread === undefined) throw new RangeError('a pool has at least one thread')
      return thread.ask<BlockCount>({ type: 'fold', place, maxLineBytes })
    },
    publishSorted: async () => {
      instance.publishSorted(count)
      await Promise.all(threads.map((thread) => thread.ask<null>({ type: 'publish-sorted' })))
    },
    write,
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()))
    },
  }
}
