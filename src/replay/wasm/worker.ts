// A worker thread of the engine: `thread-pool.ts` starts it and sends it messages.
// It imports little, because every thread waits for its imports before it begins.
import { parentPort, workerData } from 'node:worker_threads'
import { createInstance } from './instance.js'
import { OutputBuffer, type OutputPart } from './output-buffer.js'
import type { WorkerMessage, WorkerStart, WriteMessage } from './worker-messages.js'

const { module, memory, settings, onlyClient, table } = workerData as WorkerStart
const instance = createInstance(module, memory, settings, onlyClient)
const buffers: Array<OutputBuffer | undefined> = []

let range = table
let isOpen = false

const NOTHING_LEFT: OutputPart = { address: 0, length: 0, count: 0, isLast: true }

const write = ({ buffer, tables, step, ranges }: WriteMessage): OutputPart => {
  if (range >= ranges) return NOTHING_LEFT
  if (!isOpen) instance.openRange(tables, range, ranges)
  const part = (buffers[buffer] ??= new OutputBuffer(instance)).write()
  isOpen = !part.isLast
  if (part.isLast) range += step
  return part
}

const answer = (message: WorkerMessage): unknown => {
  switch (message.type) {
    case 'fold':
      return instance.foldBlock(message.place, message.maxLineBytes)
    case 'publish-sorted':
      instance.publishSorted(table)
      return null
    case 'write':
      return write(message)
  }
}

parentPort?.on('message', (message: WorkerMessage) => parentPort?.postMessage(answer(message)))
