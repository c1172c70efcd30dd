import { finishPlain } from '../../engine/finished.js'
import { takenBytes } from '../../engine/instance.js'
import { openCrew } from '../../engine/open-crew.js'
import { Retelling } from '../../engine/retelling.js'
import type { EngineView } from '../../engine/view.js'
import { startFold } from '../../domain/fold.js'
import { clientIdOf } from '../../events/client-event.js'
import type { ClientsStep } from '../clients-step.js'
import { MAX_LINE_BYTES, totalSize, type Progress } from '../read-log.js'
import type { LogSource } from '../source.js'
import type { LaneContext } from './lane.js'
import { readLanes } from './read-lanes.js'
import { BLOCK_BYTES, Rooms } from './rooms.js'
import { lanesOf } from './source-lanes.js'

/** How the engine replays. */
export interface FastOptions extends EngineView {
  readonly threads: number
  readonly maxLineBytes?: number | undefined
  /** How many bytes of the log are folded at once; the tests choose few. */
  readonly blockBytes?: number | undefined
  /** The greatest size of the engine's memory, in pages of 64 KiB; the tests choose few. */
  readonly mostPages?: number | undefined
}

/**
 * Replays logs by the engine. It folds the lines of which it is sure; the plain path reads, and folds, all
 * others; at the end both are joined.
 */
export async function* fastReplay(
  sources: ReadonlyArray<LogSource>,
  options: FastOptions,
): AsyncGenerator<ClientsStep, void> {
  const { threads, maxLineBytes = MAX_LINE_BYTES, blockBytes = BLOCK_BYTES } = options
  const crew = await openCrew(options, threads, options.mostPages)
  try {
    const plain = startFold(options)
    const retelling = new Retelling(crew.own)
    const context: LaneContext = {
      crew,
      maxLineBytes,
      addPlain: (event) => {
        if (retelling.fold(event)) return
        if (options.clientId === undefined || options.clientId === clientIdOf(event)) {
          plain.add(event)
        }
      },
      counts: { events: 0, refused: 0 },
    }
    const rooms = new Rooms(crew, blockBytes)
    const bytesTotal = totalSize(sources)
    let bytesRead = 0
    const count = (bytes: number): void => {
      bytesRead += bytes
    }
    const progress = (): Progress => ({
      type: 'progress',
      bytesRead,
      bytesTotal,
      ...context.counts,
    })
    for (const source of sources) {
      const { lanes, close } = await lanesOf(source, { context, rooms, threads, count })
      try {
        for await (const step of readLanes(lanes)) {
          yield step.type === 'refused' ? step : progress()
        }
      } finally {
        await close()
      }
    }
    await crew.finish()
    const tables = finishPlain(crew, plain.clients, options)
    let clients = 0
    for await (const written of crew.write(tables)) {
      clients += written.count
      yield { type: 'clients', lines: written.bytes, count: written.count }
    }
    yield { type: 'done', clients, ...context.counts, engineBytes: takenBytes(crew.own) }
  } finally {
    await crew.close()
  }
}
