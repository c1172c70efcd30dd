// A worker thread of the engine: `engine-thread.ts` starts it and sends it messages.
// It imports little, because every thread waits for its imports before it begins.
import { parentPort, workerData } from 'node:worker_threads'
import { createInstance } from './instance.js'
import { createThreadWork } from './thread-work.js'
import type { ThreadMessage, WorkerStart } from './worker-messages.js'

const { module, memory, settings, onlyClient, table } = workerData as WorkerStart
const work = createThreadWork(createInstance(module, memory, settings, onlyClient), table)

parentPort?.on('message', (message: ThreadMessage) => parentPort?.postMessage(work(message)))
