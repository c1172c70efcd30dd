import * as E from 'fp-ts/lib/Either.js'
import type { ClientEvent } from '../events/client-event.js'
import { checkReading } from './check-arguments.js'
import { isBlank, readLines, type Line } from './lines.js'
import { readLine, type LineError } from './read-line.js'
import { readSource, type LogSource } from './source.js'

/** The progress of a reading. All counts are from its start. */
export interface Progress {
  readonly type: 'progress'
  /** Bytes as stored, of all sources. */
  readonly bytesRead: number
  /** Bytes as stored, of all sources; null if one of them has no known size. */
  readonly bytesTotal: number | null
  readonly events: number
  readonly refused: number
}

/** A line that is not an event. */
export interface RefusedLine {
  readonly type: 'refused'
  readonly source: string
  /** Counted from 1 in its source. */
  readonly line: number
  readonly error: LineError
  /** The bytes of the source, without the line feed. */
  readonly bytes: Uint8Array
  /** A line that is too long to be held comes in several steps, in order; all others are `whole`. */
  readonly part: 'whole' | 'first' | 'middle' | 'last'
}

/** The events of a part of the log, in the order of the log. */
export interface EventBatch {
  readonly type: 'events'
  readonly events: ReadonlyArray<ClientEvent>
  readonly source: string
  /** For each event its line, counted from 1 in the source. */
  readonly lines: ReadonlyArray<number>
}

/** What {@link readLog} yields. */
export type LogStep = EventBatch | RefusedLine | Progress

/** How a log is read. */
export interface ReadOptions {
  /** A longer line is refused, and never held whole; 64 MiB unless given. */
  readonly maxLineBytes?: number | undefined
}

/** The longest line that is read, unless the options say otherwise: 64 MiB. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024

/** The size of all sources in bytes, as stored; null if one of them has no known size. */
export const totalSize = (sources: ReadonlyArray<LogSource>): number | null =>
  sources.reduce<number | null>(
    (total, { size = null }) => (total === null || size === null ? null : total + size),
    0,
  )

const refusal = (source: LogSource, line: Line, error: LineError): RefusedLine => ({
  type: 'refused',
  source: source.name,
  line: line.number,
  error,
  bytes: line.bytes,
  part: line.part,
})

/**
 * Reads logs one after the other: NDJSON, gzipped or not, one event in each line. Blank lines are skipped.
 * Memory does not grow with the log.
 *
 * @throws TypeError if an argument is invalid, before anything is read.
 * @throws SourceUnreadable if a source fails before its end; the steps before that are valid.
 * @example
 * import { fileSource, readLog } from 'clientfold/replay'
 * let count = 0
 * for await (const step of readLog([await fileSource('examples/clerk-webhooks.ndjson')])) {
 *   if (step.type === 'events') count += step.events.length
 * }
 * count // => 15
 */
export async function* readLog(
  sources: ReadonlyArray<LogSource>,
  options: ReadOptions = {},
): AsyncGenerator<LogStep, void> {
  checkReading(sources, options)
  const { maxLineBytes = MAX_LINE_BYTES } = options
  const bytesTotal = totalSize(sources)
  let [bytesRead, eventCount, refused] = [0, 0, 0]
  for (const source of sources) {
    const chunks = readSource(source, (bytes) => (bytesRead += bytes))
    for await (const lines of readLines(chunks, maxLineBytes)) {
      const events: ClientEvent[] = []
      const numbers: number[] = []
      for (const line of lines) {
        if (line.part === 'whole' && isBlank(line.bytes)) continue
        const event = readLine(line)
        if (E.isRight(event)) {
          events.push(event.right)
          numbers.push(line.number)
          continue
        }
        if (line.part === 'whole' || line.part === 'first') refused += 1
        yield refusal(source, line, event.left)
      }
      eventCount += events.length
      yield { type: 'events', events, source: source.name, lines: numbers }
      yield { type: 'progress', bytesRead, bytesTotal, events: eventCount, refused }
    }
  }
}
