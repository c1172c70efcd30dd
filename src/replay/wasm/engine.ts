import type { ClientStates } from '../../domain/state.js'
import type { ClientEvent } from '../../events/client-event.js'
import { CanonicalRefold } from './canonical-refold.js'
import type { EngineBuild } from './engine-files.js'
import { engineModule } from './engine-module.js'
import type { FileBlock, FileBlockResult } from './file-block.js'
import {
  createInputBuffer,
  placeOf,
  unsureLines,
  type Block,
  type InputBuffer,
  type UnsureLine,
} from './input-buffer.js'
import { createInstance, type EngineInstance } from './instance.js'
import { MAX_PAGES } from './layout.js'
import { publishPlain } from './publish-plain.js'
import { createSharedMemory } from './shared-memory.js'
import { ThreadPool } from './thread-pool.js'
import { settingsOf, type EngineQuery } from './engine-query.js'

/** What a block contained. */
export interface BlockResult {
  readonly lines: number
  readonly events: number
  /** To be read once, before the block's buffer is filled again. */
  readonly unsureLines: Iterable<UnsureLine>
}

/** Lines of Clients, one after the other. */
export interface ClientBatch {
  /** Valid until the next batch. */
  readonly bytes: Uint8Array
  /** How many Clients. */
  readonly count: number
}

/**
 * The engine, as the rest of the replay sees it: blocks of lines go in, Clients come out. Addresses in its
 * memory are known in this folder only.
 */
export class Engine {
  readonly #view: EngineQuery
  readonly #instance: EngineInstance
  readonly #pool: ThreadPool
  readonly #refold: CanonicalRefold

  constructor(view: EngineQuery, instance: EngineInstance, pool: ThreadPool) {
    this.#view = view
    this.#instance = instance
    this.#pool = pool
    this.#refold = new CanonicalRefold(instance)
  }

  /** How many threads fold. This one has the number 0. */
  get threads(): number {
    return this.#pool.size
  }

  /** How many bytes of the engine's memory are in use. */
  get memoryBytes(): number {
    return this.#instance.memoryBytes()
  }

  /** Creates a buffer for blocks of at most so many bytes. */
  createBuffer(blockBytes: number): InputBuffer {
    return createInputBuffer(this.#instance, blockBytes)
  }

  /**
   * Folds the lines of a block of which the engine is sure.
   *
   * @param thread - the number of the thread that folds it
   * @param maxLineBytes - longer lines are unsure
   */
  async fold(block: Block, thread: number, maxLineBytes: number): Promise<BlockResult> {
    const { lines, events, unsure } = await this.#pool.fold(placeOf(block), thread, maxLineBytes)
    return { lines, events, unsureLines: unsureLines(this.#instance, block, unsure) }
  }

  /** The same for a block of a file, which the thread of that number reads by itself. */
  foldFile(block: FileBlock, thread: number, maxLineBytes: number): Promise<FileBlockResult> {
    return this.#pool.foldFile(block, thread, maxLineBytes)
  }

  /** Folds an event whose line was unsure. Returns false if the plain path has to fold it. */
  foldEvent(event: ClientEvent): boolean {
    return this.#refold.fold(event)
  }

  /**
   * Writes all Clients in ascending order of id. It is called once, after the last block.
   *
   * @param plain - the clients that the plain path has folded, which are joined with those of the engine
   */
  async *writeClients(plain: ClientStates): AsyncGenerator<ClientBatch> {
    await this.#pool.publishSorted()
    const tables = publishPlain(this.#instance, this.#pool.size, plain, this.#view)
    for await (const { address, length, count } of this.#pool.write(tables)) {
      yield { bytes: this.#instance.bytesAt(address, length), count }
    }
  }

  /** Ends the threads. */
  close(): Promise<void> {
    return this.#pool.close()
  }
}

/** What the tests set. */
export interface EngineLimits {
  /** The greatest size of the engine's memory, in pages of 64 KiB; 4 GiB unless given. */
  readonly maxPages?: number | undefined
  /** The build of the engine; `release` unless given. */
  readonly build?: EngineBuild | undefined
}

/**
 * Opens the engine for one replay, which has to close it.
 *
 * @param threads - how many threads fold: this one, and workers
 */
export const openEngine = async (
  view: EngineQuery,
  threads: number,
  { maxPages = MAX_PAGES, build = 'release' }: EngineLimits = {},
): Promise<Engine> => {
  const module = await engineModule(build)
  const { memory, onlyClient } = createSharedMemory(view, maxPages)
  const settings = settingsOf(view)
  const instance = createInstance(module, memory, settings, onlyClient)
  const pool = new ThreadPool(instance, threads, { module, memory, onlyClient, settings })
  return new Engine(view, instance, pool)
}
