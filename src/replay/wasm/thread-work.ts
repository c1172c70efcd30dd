import { FileBlockFolder } from './file-block.js'
import type { EngineInstance } from './instance.js'
import { OutputBuffer, type OutputPart } from './output-buffer.js'
import type { ThreadMessage, WriteMessage } from './worker-messages.js'

const NOTHING_LEFT: OutputPart = { address: 0, length: 0, count: 0, isLast: true }

/** Creates what writes the ranges of one thread, part by part. */
const createRangeWriter = (
  instance: EngineInstance,
  table: number,
): ((message: WriteMessage) => OutputPart) => {
  const buffers: Array<OutputBuffer | undefined> = []
  let range = table
  let isOpen = false
  return ({ buffer, tables, step, ranges }) => {
    if (range >= ranges) return NOTHING_LEFT
    if (!isOpen) instance.openRange(tables, range, ranges)
    const part = (buffers[buffer] ??= new OutputBuffer(instance)).write()
    isOpen = !part.isLast
    if (part.isLast) range += step
    return part
  }
}

/**
 * The work of one thread: a function that answers messages.
 *
 * @param table - the number of the thread's sorted table
 */
export const createThreadWork = (
  instance: EngineInstance,
  table: number,
): ((message: ThreadMessage) => unknown) => {
  const files = new FileBlockFolder(instance)
  const writeRanges = createRangeWriter(instance, table)
  return (message) => {
    switch (message.type) {
      case 'fold':
        return instance.foldBlock(message.place, message.maxLineBytes)
      case 'fold-file':
        return files.fold(message.block, message.maxLineBytes)
      case 'publish-sorted':
        instance.publishSorted(table)
        return null
      case 'write':
        return writeRanges(message)
    }
  }
}
