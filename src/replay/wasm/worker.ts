import { parentPort, workerData } from 'node:worker_threads'
import { foldBlock } from './pool.js'
import { newInstance } from './instance.js'
import { OutputRoom, type WrittenPart } from './range-writer.js'
import type { WorkerMessage, WorkerStart, WriteMessage } from './worker-messages.js'

// A thread of the engine: an instance, which does what it is told (see threads.ts).
// It loads little: what it imports is what every thread waits for before it begins.
const { module, memory, settings, onlyClient, table } = workerData as WorkerStart
const instance = newInstance(module, memory, settings, onlyClient)
const rooms: Array<OutputRoom | undefined> = []

let range = table
let isOpen = false

const NOTHING_LEFT: WrittenPart = { address: 0, length: 0, count: 0, isLast: true }

const write = ({ room, tables, step, ranges }: WriteMessage): WrittenPart => {
  if (range >= ranges) return NOTHING_LEFT
  if (!isOpen) instance.openRange(tables, range, ranges)
  const part = (rooms[room] ??= new OutputRoom(instance)).write()
  isOpen = !part.isLast
  if (part.isLast) range += step
  return part
}

const answer = (message: WorkerMessage): unknown => {
  switch (message.type) {
    case 'fold':
      return foldBlock(instance, message.block, message.mostLineBytes)
    case 'finish':
      instance.finish(table)
      return null
    case 'write':
      return write(message)
  }
}

parentPort?.on('message', (message: WorkerMessage) => parentPort?.postMessage(answer(message)))
