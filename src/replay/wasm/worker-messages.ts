import type { FileBlock } from './file-block.js'
import type { BlockPlace, TextPlace } from './instance.js'
import type { EngineSettings } from './engine-query.js'
import type { WasmMemory, WasmModule } from './web-assembly.js'

/** What a worker gets when it starts. */
export interface WorkerStart {
  readonly module: WasmModule
  readonly memory: WasmMemory
  readonly settings: EngineSettings
  readonly onlyClient: TextPlace
  /** The number of its sorted table: 0 is that of the thread that starts the workers. */
  readonly table: number
}

/** Fold a block that was read. The answer is a `BlockCount`. */
export interface FoldMessage {
  readonly type: 'fold'
  readonly place: BlockPlace
  readonly maxLineBytes: number
}

/** Read and fold a block of a file. The answer is a `FileBlockResult`. */
export interface FoldFileMessage {
  readonly type: 'fold-file'
  readonly block: FileBlock
  readonly maxLineBytes: number
}

/** Sort the clients and publish them. The answer is null. */
export interface PublishMessage {
  readonly type: 'publish-sorted'
}

/** Write a range of the Clients, or as much of it as a buffer takes. The answer is an `OutputPart`. */
export interface WriteMessage {
  readonly type: 'write'
  /** The number of the buffer. A thread has as many as such messages name. */
  readonly buffer: number
  readonly tables: number
  readonly range: number
  readonly ranges: number
  /** How many Clients of the range were written before. */
  readonly skipped: number
}

/** A message to a thread, which answers messages in their order. */
export type ThreadMessage = FoldMessage | FoldFileMessage | PublishMessage | WriteMessage
