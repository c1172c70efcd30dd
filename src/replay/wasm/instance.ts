import { withEngineErrors } from './engine-full.js'
import { ENTRY_BYTES, ENTRY_CLIENT, FRONTIER, STRING_LENGTH_BEFORE } from './layout.js'
import type { EngineSettings } from './engine-query.js'
import {
  presentWebAssembly,
  type WasmGlobal,
  type WasmMemory,
  type WasmModule,
} from './web-assembly.js'

/** What `assembly/index.ts` exports. Numbers are addresses and counts, and times of a horizon or clock. */
interface EngineExports {
  readonly begin: () => void
  readonly takeRegion: (bytes: number) => number
  readonly allocateBytes: (bytes: number) => number
  readonly setHorizon: (asOf: number, knownAt: number, id: number, idLength: number) => void
  readonly setProjection: (clock: number, isRevokedDropped: number) => void
  readonly foldBlock: (start: number, end: number, list: number, maxLineBytes: number) => void
  readonly lineCount: WasmGlobal
  readonly eventCount: WasmGlobal
  readonly unsureCount: WasmGlobal
  readonly publish: (table: number, entries: number, count: number) => void
  readonly publishSorted: (table: number) => void
  readonly entryCountOf: (table: number) => number
  readonly lowerBound: (table: number, client: number) => number
  readonly isClientAt: (table: number, entry: number, client: number) => number
  readonly newClient: (id: number, idLength: number) => number
  readonly openRange: (tables: number, range: number, ranges: number, skipped: number) => void
  readonly writeRange: (to: number, bufferBytes: number) => number
  readonly bytesNeeded: WasmGlobal
  readonly clientsWritten: WasmGlobal
  readonly isRangeWritten: WasmGlobal
}

/** A text in the memory: its address, and its length in bytes. */
export interface TextPlace {
  readonly address: number
  readonly length: number
}

/** Where a block of the log is: addresses of its first byte, of its end, and of the list of unsure lines. */
export interface BlockPlace {
  readonly start: number
  readonly end: number
  readonly list: number
}

/** What a block contains. */
export interface BlockCount {
  readonly lines: number
  readonly events: number
  /** Lines that the plain path has to read. They are in the block's list. */
  readonly unsure: number
}

/** What was written into an output buffer. */
export interface RangePart {
  /** Bytes; 0 if the range is empty, or the buffer too small. */
  readonly length: number
  /** How many Clients. */
  readonly count: number
  /** How many bytes the buffer needs, if it is too small for the next Client; else 0. */
  readonly bytesNeeded: number
  /** Whether the range was written to its end. */
  readonly isLast: boolean
}

/** The engine of one thread: its functions, in terms of addresses, and the memory that it shares. */
export interface EngineInstance {
  /** Takes zeroed bytes, for good. */
  readonly takeRegion: (bytes: number) => number
  /** Takes bytes for a record or a text, for good. */
  readonly allocateBytes: (bytes: number) => number
  readonly foldBlock: (place: BlockPlace, maxLineBytes: number) => BlockCount
  /** Sorts the clients of this instance and publishes them as the table of that number. */
  readonly publishSorted: (table: number) => void
  /** Publishes entries that are sorted. */
  readonly publish: (table: number, entries: number, count: number) => void
  readonly entryCountOf: (table: number) => number
  /** The record in a table that has the id of the given record; null if the table does not have it. */
  readonly clientIn: (table: number, client: number) => number | null
  readonly newClient: (id: TextPlace) => number
  /** Begins to write the n-th of several ranges of the Clients, behind so many of it that are skipped. */
  readonly openRange: (tables: number, range: number, ranges: number, skipped: number) => void
  readonly writeRange: (address: number, bufferBytes: number) => RangePart
  /** How many bytes of the memory all threads together have taken. */
  readonly memoryBytes: () => number
  /** The bytes of the memory from an address on. */
  readonly bytesAt: (address: number, length: number) => Uint8Array
  readonly dataAt: (address: number, length: number) => DataView
}

/** Addresses go beyond 2^31, and WebAssembly returns them as signed numbers. */
const unsigned = (address: number): number => address >>> 0

/** The memory's bytes. If another thread has made it longer, this thread has to look again. */
const bufferFor = (memory: WasmMemory, end: number): ArrayBufferLike => {
  if (memory.buffer.byteLength < end) memory.grow(0)
  return memory.buffer
}

/** Throws the error of an assertion that failed: only the debug build calls it. */
const abortWith =
  (memory: WasmMemory) =>
  (_message: number, file: number, line: number, column: number): never => {
    const address = unsigned(file)
    const bytes = Buffer.from(memory.buffer)
    const length = bytes.readUInt32LE(address - STRING_LENGTH_BEFORE)
    const name = bytes.toString('utf16le', address, address + length)
    throw new Error(`an assertion of the engine failed: ${name}:${line}:${column}`)
  }

/** An instance for one thread. It takes its part of the memory at once. */
export const createInstance = (
  module: WasmModule,
  memory: WasmMemory,
  { asOf, knownAt, clock, isRevokedDropped }: EngineSettings,
  onlyClient: TextPlace,
): EngineInstance => {
  const instance = new (presentWebAssembly().Instance)(module, {
    env: { memory, abort: abortWith(memory) },
  })
  const engine = instance.exports as EngineExports
  const dataAt = (address: number, length: number): DataView =>
    new DataView(bufferFor(memory, address + length), address, length)
  withEngineErrors(() => {
    engine.begin()
  })()
  engine.setHorizon(asOf, knownAt, onlyClient.address, onlyClient.length)
  engine.setProjection(clock, isRevokedDropped ? 1 : 0)
  return {
    takeRegion: withEngineErrors((bytes) => unsigned(engine.takeRegion(bytes))),
    allocateBytes: withEngineErrors((bytes) => unsigned(engine.allocateBytes(bytes))),
    foldBlock: withEngineErrors(({ start, end, list }, maxLineBytes) => {
      engine.foldBlock(start, end, list, maxLineBytes)
      const { lineCount, eventCount, unsureCount } = engine
      return { lines: lineCount.value, events: eventCount.value, unsure: unsureCount.value }
    }),
    publishSorted: withEngineErrors(engine.publishSorted),
    publish: engine.publish,
    entryCountOf: engine.entryCountOf,
    clientIn: (table, client) => {
      const entry = unsigned(engine.lowerBound(table, client))
      return engine.isClientAt(table, entry, client) === 0
        ? null
        : dataAt(entry, ENTRY_BYTES).getUint32(ENTRY_CLIENT, true)
    },
    newClient: withEngineErrors(({ address, length }) =>
      unsigned(engine.newClient(address, length)),
    ),
    openRange: engine.openRange,
    writeRange: withEngineErrors((address, bufferBytes) => {
      const length = unsigned(engine.writeRange(address, bufferBytes))
      const { bytesNeeded, clientsWritten, isRangeWritten } = engine
      return {
        length,
        count: clientsWritten.value,
        bytesNeeded: unsigned(bytesNeeded.value),
        isLast: isRangeWritten.value !== 0,
      }
    }),
    memoryBytes: () => dataAt(FRONTIER, 4).getUint32(0, true),
    bytesAt: (address, length) =>
      new Uint8Array(bufferFor(memory, address + length), address, length),
    dataAt,
  }
}
