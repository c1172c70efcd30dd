import type { BlockPlace, TextPlace } from './instance.js'
import type { EngineSettings } from './engine-query.js'
import type { WasmMemory, WasmModule } from './web-assembly.js'

/** What a worker gets when it starts. */
export interface WorkerStart {
  readonly module: WasmModule
  readonly memory: WasmMemory
  readonly settings: EngineSettings
  readonly onlyClient: TextPlace
  /** The number of its sorted table, from 0. */
  readonly table: number
}

/** Fold a block. The answer is a `BlockCount`. */
export interface FoldMessage {
  readonly type: 'fold'
  readonly place: BlockPlace
  readonly maxLineBytes: number
}

/** Sort the clients and publish them. The answer is null. */
export interface PublishMessage {
  readonly type: 'publish-sorted'
}

/** Write what comes next of the worker's ranges into one of its two buffers. The answer is an `OutputPart`. */
export interface WriteMessage {
  readonly type: 'write'
  readonly buffer: 0 | 1
  readonly tables: number
  /** The distance between the ranges of a worker. Its first range has the number of its table. */
  readonly step: number
  readonly ranges: number
}

/** A message to a worker, which answers messages in their order. */
export type WorkerMessage = FoldMessage | PublishMessage | WriteMessage
