import { Worker } from 'node:worker_threads'
import { builtFile } from './built-file.js'
import type { BlockCount, Crew, WrittenClients } from './pool.js'
import { inWords } from './engine-full.js'
import type { EngineInstance } from './instance.js'
import type { WrittenPart } from './range-writer.js'
import type { WorkerMessage, WorkerStart } from './worker-messages.js'

/** Clients that make up a range: enough that a message for each does not show. */
const RANGE_CLIENTS = 2000

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

/** A thread that answers in the order in which it is asked. */
class Thread {
  readonly #worker: Worker
  readonly #waiting: Waiting[] = []

  constructor(start: WorkerStart) {
    this.#worker = new Worker(builtFile('worker.js'), { workerData: start })
    this.#worker.on('message', (answer: unknown) => this.#waiting.shift()?.resolve(answer))
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(inWords(error))
    })
  }

  ask<A>(message: WorkerMessage): Promise<A> {
    return new Promise<A>((resolve, reject) => {
      this.#waiting.push({ resolve: resolve as (answer: unknown) => void, reject })
      this.#worker.postMessage(message)
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}

/** What one thread writes, part by part. While one is looked at it writes the next, in another room. */
async function* partsOf(
  thread: Thread,
  tables: number,
  step: number,
  ranges: number,
): AsyncGenerator<WrittenPart, never> {
  const ask = (room: 0 | 1): Promise<WrittenPart> =>
    thread.ask({ type: 'write', room, tables, step, ranges })
  let [present, next] = [ask(0), ask(1)]
  for (let room: 0 | 1 = 0; ; room = room === 0 ? 1 : 0) {
    yield await present
    ;[present, next] = [next, ask(room)]
  }
}

/** So many threads, each with a table of its own. */
export const threadCrew = (
  own: EngineInstance,
  count: number,
  start: Omit<WorkerStart, 'table'>,
): Crew => {
  const threads = Array.from({ length: count }, (_, table) => new Thread({ ...start, table }))

  async function* write(tables: number): AsyncGenerator<WrittenClients> {
    const sizes = Array.from({ length: tables }, (_, table) => own.entryCountOf(table))
    const ranges = Math.max(count, Math.ceil(Math.max(...sizes) / RANGE_CLIENTS))
    const parts = threads.map((thread) => partsOf(thread, tables, count, ranges))
    for (let range = 0; range < ranges; range++) {
      const written = parts[range % count]
      for (;;) {
        const part = (await written?.next())?.value
        if (part === undefined || part.isLast) break
        yield { bytes: own.bytesAt(part.address, part.length), count: part.count }
      }
    }
  }

  return {
    // Two for each thread, one that is being read.
    depth: 2 * count,
    own,
    // One more: this thread folds what has to be told again.
    tables: count + 1,
    fold: (block, turn, mostLineBytes) => {
      const thread = threads[turn % count]
      if (thread === undefined) throw new RangeError('a crew has one thread at least')
      return thread.ask<BlockCount>({ type: 'fold', block, mostLineBytes })
    },
    finish: async () => {
      own.finish(count)
      await Promise.all(threads.map((thread) => thread.ask<null>({ type: 'finish' })))
    },
    write,
    close: async () => {
      await Promise.all(threads.map((thread) => thread.end()))
    },
  }
}
