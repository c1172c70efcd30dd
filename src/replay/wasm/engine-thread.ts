import { Worker } from 'node:worker_threads'
import { workerUrl } from './engine-files.js'
import { toEngineError } from './engine-full.js'
import { FileBlockFolder, type FileBlockResult } from './file-block.js'
import type { EngineInstance } from './instance.js'
import { createThreadWork } from './thread-work.js'
import type { FoldFileMessage, ThreadMessage, WorkerStart } from './worker-messages.js'

/** A thread of the engine. It answers messages in their order. */
export interface EngineThread {
  readonly ask: <A>(message: ThreadMessage) => Promise<A>
  readonly close: () => Promise<void>
}

/**
 * This thread. It works after callbacks that are pending, so that the system can begin what they ask for. A block of
 * a file is read while it folds another one.
 */
export const createOwnThread = (instance: EngineInstance): EngineThread => {
  const work = createThreadWork(instance, 0)
  const folders: FileBlockFolder[] = []
  const afterCallbacks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const foldFile = async ({ block, maxLineBytes }: FoldFileMessage): Promise<FileBlockResult> => {
    const folder = folders.pop() ?? new FileBlockFolder(instance)
    const bytesRead = await folder.read(block)
    await afterCallbacks()
    const result = folder.fold(block, maxLineBytes, bytesRead)
    folders.push(folder)
    return result
  }
  return {
    ask: async <A>(message: ThreadMessage) => {
      if (message.type === 'fold-file') return (await foldFile(message)) as A
      await afterCallbacks()
      return work(message) as A
    },
    close: () => Promise.resolve(),
  }
}

interface PendingAnswer {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Starts a worker thread. */
export const startThread = (start: WorkerStart): EngineThread => {
  const worker = new Worker(workerUrl(), { workerData: start })
  const pending: PendingAnswer[] = []
  worker.on('message', (answer: unknown) => pending.shift()?.resolve(answer))
  worker.on('error', (error) => {
    for (const { reject } of pending.splice(0)) reject(toEngineError(error))
  })
  return {
    ask: <A>(message: ThreadMessage) =>
      new Promise<A>((resolve, reject) => {
        pending.push({ resolve: resolve as (answer: unknown) => void, reject })
        worker.postMessage(message)
      }),
    close: async () => {
      await worker.terminate()
    },
  }
}
