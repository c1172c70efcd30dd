import type { LineError } from '../../src/replay/read-line.js'
import { readLog, type LogStep, type ReadOptions } from '../../src/replay/read-log.js'
import type { LogSource } from '../../src/replay/source.js'
import { eventText } from '../../src/events/encode-event.js'
import { cutAt, sourceOf } from './log-bytes.js'

/** A refused line, put together again if it came in pieces. */
export interface Refused {
  readonly source: string
  readonly line: number
  readonly error: LineError['_tag']
  readonly bytes: Buffer
}

/** What a log was read as: the texts of its events, and its refused lines. */
export interface Reading {
  readonly events: ReadonlyArray<string>
  readonly refused: ReadonlyArray<Refused>
}

export const readingOf = (steps: ReadonlyArray<LogStep>): Reading => {
  const refused: Refused[] = []
  for (const step of steps) {
    if (step.type !== 'refused') continue
    const { source, line, error, part } = step
    const begun = part === 'middle' || part === 'last' ? refused.pop() : undefined
    const bytes = Buffer.concat([begun?.bytes ?? Buffer.alloc(0), step.bytes])
    refused.push({ source, line, error: error._tag, bytes })
  }
  const events = steps.flatMap((step) => (step.type === 'events' ? step.events.map(eventText) : []))
  return { events, refused }
}

/** Every step of the reading of some logs. */
export const stepsOf = async (
  sources: ReadonlyArray<LogSource>,
  options: ReadOptions = {},
): Promise<ReadonlyArray<LogStep>> => {
  const steps: LogStep[] = []
  for await (const step of readLog(sources, options)) steps.push(step)
  return steps
}

/** What the log of these bytes is read as, when cut at these places. */
export const read = async (
  bytes: Uint8Array,
  places: ReadonlyArray<number> = [],
  options: ReadOptions = {},
): Promise<Reading> => readingOf(await stepsOf([sourceOf(cutAt(bytes, places))], options))
