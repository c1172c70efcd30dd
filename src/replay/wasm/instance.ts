import { guarded } from './engine-full.js'
import type { EngineSettings } from './view.js'
import {
  presentWebAssembly,
  type WasmGlobal,
  type WasmMemory,
  type WasmModule,
} from './web-assembly.js'

/** What `engine/index.ts` exports; every number is an address or a count, but for the times. */
interface EngineExports {
  readonly begin: () => void
  readonly takeRegion: (bytes: number) => number
  readonly allocateBytes: (bytes: number) => number
  readonly setHorizon: (asOf: number, knownAt: number, id: number, idLength: number) => void
  readonly setProjection: (clock: number, isRevokedDropped: number) => void
  readonly foldBlock: (start: number, end: number, list: number, mostLineBytes: number) => void
  readonly lines: WasmGlobal
  readonly events: WasmGlobal
  readonly unsure: WasmGlobal
  readonly finish: (table: number) => void
  readonly publish: (table: number, entries: number, count: number) => void
  readonly entryCountOf: (table: number) => number
  readonly lowerBound: (table: number, client: number) => number
  readonly isClientAt: (table: number, entry: number, client: number) => number
  readonly newClient: (id: number, idLength: number) => number
  readonly openRange: (tables: number, range: number, ranges: number) => void
  readonly writeRange: (to: number, room: number) => number
  readonly needed: WasmGlobal
  readonly written: WasmGlobal
}

/** The engine, as one thread has it: its functions, and the memory that it shares. */
export interface EngineInstance extends EngineExports {
  readonly memory: WasmMemory
  /** The bytes between two addresses, as they are now. */
  readonly bytesAt: (address: number, length: number) => Uint8Array
  readonly dataAt: (address: number, length: number) => DataView
}

/** The text of the only client's id, in the memory; length 0 if all are wanted. */
export interface OnlyClient {
  readonly address: number
  readonly length: number
}

/** Addresses go beyond 2^31, and WebAssembly hands them out as signed numbers. */
export const unsigned = (address: number): number => address >>> 0

/** The memory's bytes; another thread may have made it longer than this one knows. */
const bufferFor = (memory: WasmMemory, end: number): ArrayBufferLike => {
  if (memory.buffer.byteLength < end) memory.grow(0)
  return memory.buffer
}

const FRONTIER = 64

/** How many bytes of the memory all threads have taken. */
export const takenBytes = (instance: EngineInstance): number =>
  instance.dataAt(FRONTIER, 4).getUint32(0, true)

/** An instance for one thread. It takes its part of the memory at once. */
export const newInstance = (
  module: WasmModule,
  memory: WasmMemory,
  { asOf, knownAt, clock, isRevokedDropped }: EngineSettings,
  { address, length: idLength }: OnlyClient,
): EngineInstance => {
  const instance = new (presentWebAssembly().Instance)(module, { env: { memory } })
  const exports = instance.exports as EngineExports
  exports.begin()
  exports.setHorizon(asOf, knownAt, address, idLength)
  exports.setProjection(clock, isRevokedDropped ? 1 : 0)
  return {
    ...exports,
    takeRegion: guarded(exports.takeRegion),
    allocateBytes: guarded(exports.allocateBytes),
    newClient: guarded(exports.newClient),
    foldBlock: guarded(exports.foldBlock),
    finish: guarded(exports.finish),
    writeRange: guarded(exports.writeRange),
    memory,
    bytesAt: (address, length) =>
      new Uint8Array(bufferFor(memory, address + length), address, length),
    dataAt: (address, length) => new DataView(bufferFor(memory, address + length), address, length),
  }
}
