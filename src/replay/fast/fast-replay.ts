import { startFold, type FoldInProgress } from '../../domain/fold.js'
import { clientIdOf, type ClientEvent } from '../../events/client-event.js'
import type { ClientLines, ClientsDone, ClientsStep } from '../clients-step.js'
import { MAX_LINE_BYTES, totalSize, type Progress, type RefusedLine } from '../read-log.js'
import type { LogSource } from '../source.js'
import { openEngine, type Engine, type EngineLimits } from '../wasm/engine.js'
import type { EngineQuery } from '../wasm/engine-query.js'
import { foldSource } from './fold-source.js'
import { BLOCK_BYTES, InputBuffers } from './input-buffers.js'
import type { FoldContext } from './settle-line.js'

/** How the engine replays. */
export interface FastOptions extends EngineQuery, EngineLimits {
  readonly threads: number
  readonly maxLineBytes?: number | undefined
  /** How many bytes of the log are folded at once; the tests choose few. */
  readonly blockBytes?: number | undefined
}

/** A replay: the engine, and the plain fold for what the engine cannot fold. */
interface FastReplay {
  readonly engine: Engine
  readonly plain: FoldInProgress
  readonly context: FoldContext
  readonly options: FastOptions
}

const openReplay = async (options: FastOptions): Promise<FastReplay> => {
  const { threads, clientId, maxLineBytes = MAX_LINE_BYTES } = options
  const engine = await openEngine(options, threads, options)
  const plain = startFold(options)
  const addPlain = (event: ClientEvent): void => {
    if (engine.foldEvent(event)) return
    if (clientId === undefined || clientId === clientIdOf(event)) plain.add(event)
  }
  const context = { engine, maxLineBytes, addPlain, counts: { events: 0, refused: 0 } }
  return { engine, plain, context, options }
}

/** Reads and folds all sources, one after the other. */
async function* foldSources(
  sources: ReadonlyArray<LogSource>,
  { engine, context, options }: FastReplay,
): AsyncGenerator<RefusedLine | Progress> {
  const buffers = new InputBuffers(engine, options.blockBytes ?? BLOCK_BYTES)
  const bytesTotal = totalSize(sources)
  let bytesRead = 0
  const count = (bytes: number): void => {
    bytesRead += bytes
  }
  for (const source of sources) {
    for await (const step of foldSource(context, source, buffers, count)) {
      yield step.type === 'refused'
        ? step
        : { type: 'progress', bytesRead, bytesTotal, ...context.counts }
    }
  }
}

/** Joins what the engine and the plain fold have, and writes it. */
async function* writeClients({
  engine,
  plain,
  context,
}: FastReplay): AsyncGenerator<ClientLines | ClientsDone> {
  let clients = 0
  for await (const { bytes, count } of engine.writeClients(plain.clients)) {
    clients += count
    yield { type: 'clients', lines: bytes, count }
  }
  yield { type: 'done', clients, ...context.counts, engineBytes: engine.memoryBytes }
}

/**
 * Replays logs with the engine. The engine folds the lines of which it is sure; the plain path reads all
 * others. At the end both are joined.
 */
export async function* fastReplay(
  sources: ReadonlyArray<LogSource>,
  options: FastOptions,
): AsyncGenerator<ClientsStep, void> {
  const replay = await openReplay(options)
  try {
    yield* foldSources(sources, replay)
    yield* writeClients(replay)
  } finally {
    await replay.engine.close()
  }
}
