import type { Block } from './pool.js'
import type { OnlyClient } from './instance.js'
import type { EngineSettings } from './view.js'
import type { WasmMemory, WasmModule } from './web-assembly.js'

/** What a worker is given when it starts. */
export interface WorkerStart {
  readonly module: WasmModule
  readonly memory: WasmMemory
  readonly settings: EngineSettings
  readonly onlyClient: OnlyClient
  /** The number of its table, from 0. */
  readonly table: number
}

/** Fold a block: answered by a `BlockCount`. */
export interface FoldMessage {
  readonly type: 'fold'
  readonly block: Block
  readonly mostLineBytes: number
}

/** Put in order what was folded: answered by null. */
export interface FinishMessage {
  readonly type: 'finish'
}

/** Write what comes next of the worker's ranges into one of its two rooms: answered by a `WrittenPart`. */
export interface WriteMessage {
  readonly type: 'write'
  readonly room: 0 | 1
  readonly tables: number
  /** The ranges are dealt out in turn: a worker has every so-many-th, from the one of its own number on. */
  readonly step: number
  readonly ranges: number
}

/** What a worker is asked. It answers in the order of the questions. */
export type WorkerMessage = FoldMessage | FinishMessage | WriteMessage
