import { startFold, type Moments } from '../domain/fold.js'
import type { ClientStates } from '../domain/state.js'
import { clientIdOf } from '../events/client-event.js'
import { checkReading } from './check-arguments.js'
import { readLog, type Progress, type ReadOptions, type RefusedLine } from './read-log.js'
import type { LogSource } from './source.js'

/** The end of a replay. */
export interface ReplayDone {
  readonly type: 'done'
  readonly clients: ClientStates
  /** How many lines were events, whether or not they took part. */
  readonly events: number
  /** How many lines were refused. */
  readonly refused: number
}

/** What a replay yields: refused lines and progress, and at the end the states of the clients. */
export type ReplayStep = RefusedLine | Progress | ReplayDone

/** Which events of a log are folded. */
export interface ReplayOptions extends Moments, ReadOptions {
  /** Fold this client only. */
  readonly clientId?: string | undefined
}

/**
 * Replays logs into the state of each client. Memory grows with clients and sessions, never with the log.
 *
 * @throws TypeError if an argument is invalid, before anything is read.
 * @throws SourceUnreadable if a source cannot be read to its end.
 * @example
 * import { fileSource, replay } from 'clientfold/replay'
 * for await (const step of replay([await fileSource('examples/clerk-webhooks.ndjson')])) {
 *   if (step.type === 'done') step.clients.size // => 3
 * }
 */
export async function* replay(
  sources: ReadonlyArray<LogSource>,
  options: ReplayOptions = {},
): AsyncGenerator<ReplayStep, void> {
  checkReading(sources, options)
  const folding = startFold(options)
  let [events, refused] = [0, 0]
  for await (const step of readLog(sources, options)) {
    if (step.type !== 'events') {
      if (step.type === 'progress') ({ events, refused } = step)
      yield step
      continue
    }
    for (const event of step.events) {
      if (options.clientId === undefined || options.clientId === clientIdOf(event)) {
        folding.add(event)
      }
    }
  }
  yield { type: 'done', clients: folding.clients, events, refused }
}
