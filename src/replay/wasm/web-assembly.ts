/**
 * As much of WebAssembly as the engine needs. TypeScript knows it as a part of browsers only, and the
 * types of Node 20 leave it out.
 */

/** A module, compiled; it can be given to other threads. */
export interface WasmModule {
  readonly isWasmModule: true
}

/** A memory, which may grow; it can be shared with other threads. */
export interface WasmMemory {
  /** As long as it was when this thread last looked. */
  readonly buffer: ArrayBufferLike
  readonly grow: (pages: number) => number
}

/** A variable of a module that can be read from outside. */
export interface WasmGlobal {
  readonly value: number
}

/** A module with its own variables. */
export interface WasmInstance {
  readonly exports: unknown
}

interface MemoryShape {
  readonly initial: number
  readonly maximum: number
  readonly shared: boolean
}

interface WebAssemblyApi {
  readonly validate: (bytes: Uint8Array) => boolean
  readonly compile: (bytes: Uint8Array) => Promise<WasmModule>
  readonly Memory: new (shape: MemoryShape) => WasmMemory
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => WasmInstance
  readonly RuntimeError: new () => Error
}

/** Undefined where the engine of JavaScript was built, or told to run, without it. */
export const webAssembly = (globalThis as { readonly WebAssembly?: WebAssemblyApi }).WebAssembly

/** For those who have asked whether it is there. */
export const presentWebAssembly = (): WebAssemblyApi => {
  if (webAssembly === undefined) throw new Error('this JavaScript has no WebAssembly')
  return webAssembly
}

/** 4 GiB: all that 32 bits can address. Only what is used is taken from the system. */
export const MOST_PAGES = 65_536

/** A memory of so many pages of 64 KiB, which may grow. */
export const newMemory = (pages: number, mostPages = MOST_PAGES): WasmMemory =>
  new (presentWebAssembly().Memory)({ initial: pages, maximum: mostPages, shared: true })
