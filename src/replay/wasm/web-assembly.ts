/**
 * The types of WebAssembly, as far as the engine needs it: TypeScript has them for browsers only, and the
 * types of Node 20 have none.
 */
import { MAX_PAGES } from './layout.js'

/** A compiled module. It can be sent to other threads. */
export interface WasmModule {
  readonly isWasmModule: true
}

/** A memory, which can grow and be shared with other threads. */
export interface WasmMemory {
  /** As long as the memory was when this thread last looked. */
  readonly buffer: ArrayBufferLike
  readonly grow: (pages: number) => number
}

/** A variable that a module exports. */
export interface WasmGlobal {
  readonly value: number
}

/** What a module imports. */
export interface WasmImports {
  readonly env: {
    readonly memory: WasmMemory
    readonly abort: (message: number, file: number, line: number, column: number) => never
  }
}

/** An instance of a module, with variables of its own. */
export interface WasmInstance {
  readonly exports: unknown
}

interface MemoryDescriptor {
  /** Pages of 64 KiB. */
  readonly initial: number
  readonly maximum: number
  readonly shared: boolean
}

interface WebAssemblyApi {
  readonly validate: (bytes: Uint8Array) => boolean
  readonly compile: (bytes: Uint8Array) => Promise<WasmModule>
  readonly Memory: new (descriptor: MemoryDescriptor) => WasmMemory
  readonly Instance: new (module: WasmModule, imports: WasmImports) => WasmInstance
  readonly RuntimeError: new () => Error
}

/** Undefined where the JavaScript engine was built, or started, without WebAssembly. */
export const webAssembly = (globalThis as { readonly WebAssembly?: WebAssemblyApi }).WebAssembly

/** WebAssembly, for callers that have checked that it is there. */
export const presentWebAssembly = (): WebAssemblyApi => {
  if (webAssembly === undefined) throw new Error('this JavaScript has no WebAssembly')
  return webAssembly
}

/** A shared memory of so many pages of 64 KiB, which may grow. The system provides only what is used. */
export const createMemory = (pages: number, maxPages = MAX_PAGES): WasmMemory =>
  new (presentWebAssembly().Memory)({ initial: pages, maximum: maxPages, shared: true })
