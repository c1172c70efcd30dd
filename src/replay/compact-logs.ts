import { startCompaction } from '../domain/compact.js'
import { checkReading } from './check-arguments.js'
import {
  readLog,
  type EventBatch,
  type Progress,
  type ReadOptions,
  type RefusedLine,
} from './read-log.js'
import type { LogSource } from './source.js'

/** The end of a compaction of logs. */
export interface CompactionDone {
  readonly type: 'done'
  /** How many lines were events. */
  readonly events: number
  /** How many of these events remain. */
  readonly remaining: number
  /** How many lines were refused. */
  readonly refused: number
}

/** Events that remain. */
export type RemainingEvents = Pick<EventBatch, 'type' | 'events'>

/** What a compaction of logs yields: refused lines, progress, and the events that remain; then the end. */
export type CompactionStep = RemainingEvents | RefusedLine | Progress | CompactionDone

/** How logs are compacted. */
export interface CompactionOptions extends ReadOptions {
  /** Events after this moment, in epoch milliseconds, stay as they are; all events are compacted unless given. */
  readonly before?: number | undefined
}

/** How many events a batch of kept events has. */
const BATCH_EVENTS = 1000

/**
 * Compacts logs: yields fewer events with the same fold, as `compact` of `clientfold/algebra` chooses them.
 * Events after the moment come first, while the logs are read; those that are kept of the others follow at the end.
 * Both are in the order of the logs. Memory grows with clients and sessions, never with the logs.
 *
 * @throws TypeError if an argument is invalid, before anything is read.
 * @throws SourceUnreadable if a source cannot be read to its end.
 * @example
 * import { compactLogs, fileSource } from 'clientfold/replay'
 * for await (const step of compactLogs([await fileSource('examples/clerk-webhooks.ndjson')])) {
 *   if (step.type === 'done') [step.events, step.remaining] // => [15, 7]
 * }
 */
export async function* compactLogs(
  sources: ReadonlyArray<LogSource>,
  options: CompactionOptions = {},
): AsyncGenerator<CompactionStep, void> {
  checkReading(sources, options)
  const { add, kept } = startCompaction(options.before)
  let [events, remaining, refused] = [0, 0, 0]
  for await (const step of readLog(sources, options)) {
    if (step.type !== 'events') {
      if (step.type === 'progress') ({ events, refused } = step)
      yield step
      continue
    }
    const later = step.events.filter((event) => !add(event))
    remaining += later.length
    if (later.length > 0) yield { type: 'events', events: later }
  }
  const left = kept()
  for (let start = 0; start < left.length; start += BATCH_EVENTS) {
    yield { type: 'events', events: left.slice(start, start + BATCH_EVENTS) }
  }
  yield { type: 'done', events, remaining: remaining + left.length, refused }
}
