import { availableParallelism } from 'node:os'
import { isEngineSupported } from './wasm/engine-module.js'
import type { View } from '../projections/client-view.js'
import type { ClientsStep } from './clients-step.js'
import { fastReplay } from './fast/fast-replay.js'
import { plainReplay } from './plain-replay.js'
import { totalSize, type ReadOptions } from './read-log.js'
import type { LogSource } from './source.js'

/** Which events are replayed, how the Clients are written, and by which engine. */
export interface ReplayClientsOptions extends View, ReadOptions {
  /** This client only. */
  readonly clientId?: string | undefined
  /**
   * `fast` is the engine in WebAssembly, `plain` is JavaScript. Both write the same bytes. Unless given,
   * the fast one, where it can run.
   */
  readonly engine?: 'plain' | 'fast' | undefined
  /** How many threads of the fast engine fold. Unless given, one for each core, or fewer for a small log. */
  readonly threads?: number | undefined
}

/** A thread folds fewer bytes sooner than another thread has started. */
const BYTES_FOR_A_THREAD = 1 << 24
/** One thread reads for all, and more threads than this would wait for it. */
const MAX_THREADS = 16

const threadsFor = (sources: ReadonlyArray<LogSource>): number => {
  const cores = Math.min(availableParallelism(), MAX_THREADS)
  const size = totalSize(sources)
  return size === null ? cores : Math.max(1, Math.min(cores, Math.floor(size / BYTES_FOR_A_THREAD)))
}

/**
 * Replays logs into the documented Clients, as lines of JSON in ascending order of id (by UTF-16 code
 * units): what the command `clientfold replay` writes. Memory grows with clients and sessions, never with
 * the log.
 *
 * @throws SourceUnreadable if a source cannot be read to its end.
 * @throws EngineFull if the clients take more than the 4 GiB of the fast engine.
 * @example
 * import { fileSource, replayClients } from 'clientfold/replay'
 * let text = ''
 * for await (const step of replayClients([await fileSource('examples/clerk-webhooks.ndjson')])) {
 *   if (step.type === 'clients') text += Buffer.from(step.lines).toString()
 * }
 * text.split('\n').length // => 4
 */
export const replayClients = (
  sources: ReadonlyArray<LogSource>,
  options: ReplayClientsOptions = {},
): AsyncGenerator<ClientsStep, void> => {
  const { engine = 'fast', threads = threadsFor(sources) } = options
  return engine === 'fast' && isEngineSupported()
    ? fastReplay(sources, { ...options, threads })
    : plainReplay(sources, options)
}
