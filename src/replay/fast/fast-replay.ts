import type { Crew } from '../wasm/pool.js'
import { finishPlain } from '../wasm/publish-plain.js'
import { takenBytes } from '../wasm/instance.js'
import { openCrew } from '../wasm/open-pool.js'
import { Retelling } from '../wasm/canonical-refold.js'
import type { EngineView } from '../wasm/view.js'
import { startFold, type FoldInProgress } from '../../domain/fold.js'
import { clientIdOf, type ClientEvent } from '../../events/client-event.js'
import type { ClientLines, ClientsDone, ClientsStep } from '../clients-step.js'
import { MAX_LINE_BYTES, totalSize, type Progress, type RefusedLine } from '../read-log.js'
import type { LogSource } from '../source.js'
import type { LaneContext } from './partition.js'
import { readLanes } from './read-partitions.js'
import { BLOCK_BYTES, Rooms } from './input-buffers.js'
import { lanesOf } from './source-partitions.js'

/** How the engine replays. */
export interface FastOptions extends EngineView {
  readonly threads: number
  readonly maxLineBytes?: number | undefined
  /** How many bytes of the log are folded at once; the tests choose few. */
  readonly blockBytes?: number | undefined
  /** The greatest size of the engine's memory, in pages of 64 KiB; the tests choose few. */
  readonly mostPages?: number | undefined
}

/** A replay under way: who folds, and what the plain fold knows. */
interface Replaying {
  readonly crew: Crew
  readonly plain: FoldInProgress
  readonly context: LaneContext
  readonly options: FastOptions
}

const begin = async (options: FastOptions): Promise<Replaying> => {
  const { threads, clientId, maxLineBytes = MAX_LINE_BYTES } = options
  const crew = await openCrew(options, threads, options.mostPages)
  const plain = startFold(options)
  const retelling = new Retelling(crew.own)
  const addPlain = (event: ClientEvent): void => {
    if (retelling.fold(event)) return
    if (clientId === undefined || clientId === clientIdOf(event)) plain.add(event)
  }
  const context = { crew, maxLineBytes, addPlain, counts: { events: 0, refused: 0 } }
  return { crew, plain, context, options }
}

/** Reads and folds all sources, one after the other. */
async function* foldSources(
  sources: ReadonlyArray<LogSource>,
  { crew, context, options }: Replaying,
): AsyncGenerator<RefusedLine | Progress> {
  const rooms = new Rooms(crew, options.blockBytes ?? BLOCK_BYTES)
  const bytesTotal = totalSize(sources)
  let bytesRead = 0
  const count = (bytes: number): void => {
    bytesRead += bytes
  }
  for (const source of sources) {
    const setting = { context, rooms, threads: options.threads, count }
    const { lanes, close } = await lanesOf(source, setting)
    try {
      for await (const step of readLanes(lanes)) {
        yield step.type === 'refused'
          ? step
          : { type: 'progress', bytesRead, bytesTotal, ...context.counts }
      }
    } finally {
      await close()
    }
  }
}

/** Joins what the engine and the plain fold know, and writes it. */
async function* writeClients({
  crew,
  plain,
  context,
  options,
}: Replaying): AsyncGenerator<ClientLines | ClientsDone> {
  await crew.finish()
  const tables = finishPlain(crew, plain.clients, options)
  let clients = 0
  for await (const { bytes, count } of crew.write(tables)) {
    clients += count
    yield { type: 'clients', lines: bytes, count }
  }
  yield { type: 'done', clients, ...context.counts, engineBytes: takenBytes(crew.own) }
}

/**
 * Replays logs by the engine. It folds the lines of which it is sure; the plain path reads, and folds, all
 * others; at the end both are joined.
 */
export async function* fastReplay(
  sources: ReadonlyArray<LogSource>,
  options: FastOptions,
): AsyncGenerator<ClientsStep, void> {
  const replaying = await begin(options)
  try {
    yield* foldSources(sources, replaying)
    yield* writeClients(replaying)
  } finally {
    await replaying.crew.close()
  }
}
