import { FileBlockFolder } from './file-block.js'
import type { EngineInstance } from './instance.js'
import { OutputBuffer } from './output-buffer.js'
import type { ThreadMessage } from './worker-messages.js'

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
  const buffers: Array<OutputBuffer | undefined> = []
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
        instance.openRange(message.tables, message.range, message.ranges, message.skipped)
        return (buffers[message.buffer] ??= new OutputBuffer(instance)).write()
    }
  }
}
