import { availableParallelism } from 'node:os'
import { checkMoment } from '../domain/check-moment.js'
import type { ClientQuery } from '../projections/client-query.js'
import { checkEngine, checkReading } from './check-arguments.js'
import type { ClientsStep, ReplayWarning } from './clients-step.js'
import { fastReplay } from './fast/fast-replay.js'
import { plainReplay } from './plain-replay.js'
import { totalSize, type ReadOptions } from './read-log.js'
import type { LogSource } from './source.js'
import { isWorkerPresent } from './wasm/engine-files.js'
import { engineModule, isEngineSupported } from './wasm/engine-module.js'

/** Which events are replayed, how the Clients are written, and by which engine. */
export interface ReplayClientsOptions extends ClientQuery, ReadOptions {
  /** This client only. */
  readonly clientId?: string | undefined
  /**
   * `fast` is the engine in WebAssembly, `plain` is JavaScript. Both write the same bytes. Unless given,
   * the fast one, where it can run. Where it cannot, `fast` takes the plain one.
   */
  readonly engine?: 'plain' | 'fast' | undefined
  /** How many threads of the fast engine fold. Unless given, one for each core, or fewer for a small log. */
  readonly threads?: number | undefined
}

/** A thread folds fewer bytes sooner than another thread has started. */
const BYTES_FOR_A_THREAD = 1 << 24
/** One thread reads the unsure lines of all, and more threads than this would wait for it. */
const MAX_THREADS = 16

const threadsFor = (sources: ReadonlyArray<LogSource>): number => {
  const cores = Math.min(availableParallelism(), MAX_THREADS)
  const size = totalSize(sources)
  return size === null ? cores : Math.max(1, Math.min(cores, Math.floor(size / BYTES_FOR_A_THREAD)))
}

const BUNDLES_GUIDE = 'docs/guides/bundles.md of clientfold says how to deploy it'

const warning = (file: string, consequence: string): ReplayWarning => ({
  type: 'warning',
  message: `the file ${file} of clientfold cannot be loaded, so this replay ${consequence}; ${BUNDLES_GUIDE}`,
})

/** True if the engine can be loaded: a bundler or a file tracer may have left out its file. */
const isEnginePresent = (): Promise<boolean> =>
  engineModule('release').then(
    () => true,
    () => false,
  )

async function* replayWithEngine(
  sources: ReadonlyArray<LogSource>,
  options: ReplayClientsOptions & { readonly threads: number },
): AsyncGenerator<ClientsStep, void> {
  if (!(await isEnginePresent())) {
    yield warning('engine.wasm', 'takes the plain path, which is slower and writes the same')
    yield* plainReplay(sources, options)
  } else if (options.threads > 1 && !(await isWorkerPresent())) {
    yield warning('worker.mjs', 'folds on one thread')
    yield* fastReplay(sources, { ...options, threads: 1 })
  } else {
    yield* fastReplay(sources, options)
  }
}

/**
 * Replays logs into the documented Clients, as lines of JSON in ascending order of id (by UTF-16 code
 * units): what the command `clientfold replay` writes. Memory grows with clients and sessions, never with
 * the log. Where the files of the engine are missing, as in some bundles, it warns and takes a slower way.
 *
 * @throws TypeError if an argument is invalid, before anything is read.
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
  checkReading(sources, options)
  const { engine = 'fast', threads } = options
  checkEngine(engine, threads)
  for (const key of ['at', 'asOf', 'knownAt'] as const) checkMoment(key, options[key])
  return engine === 'fast' && isEngineSupported()
    ? replayWithEngine(sources, { ...options, threads: threads ?? threadsFor(sources) })
    : plainReplay(sources, options)
}
