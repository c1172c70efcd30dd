import type { ClientEvent } from '../events/client-event.js'
import { eventText } from '../events/encode-event.js'
import { describeLineError } from '../replay/read-line.js'
import type { RefusedLine } from '../replay/read-log.js'
import type { Output } from './output.js'
import { printable } from './printable.js'

/** How many refused lines are named one by one; the others are counted. */
const MAX_NAMED = 20

/** Reports refused lines: names them on stderr, and keeps them byte for byte in the file of `--rejects`. */
export interface RefusalReport {
  readonly addLine: (refused: RefusedLine) => Promise<void>
  /** Adds an event whose line is not known any more. The file gets the text of the event. */
  readonly addEvent: (event: ClientEvent, message: string) => Promise<void>
  /** Says how many lines were not named. */
  readonly finish: () => void
}

/** @param say - writes a line to stderr */
export const createRefusalReport = (
  say: (line: string) => void,
  rejects: Output | null,
): RefusalReport => {
  let count = 0
  const name = (message: string): void => {
    count += 1
    if (count <= MAX_NAMED) say(message)
  }
  const addLine = async ({ source, line, error, bytes, part }: RefusedLine): Promise<void> => {
    if (part === 'whole' || part === 'first') {
      name(`${printable(source)}:${line}: ${describeLineError(error)}`)
    }
    await rejects?.write(bytes)
    if (part === 'whole' || part === 'last') await rejects?.write('\n')
  }
  const addEvent = async (event: ClientEvent, message: string): Promise<void> => {
    name(message)
    await rejects?.write(`${eventText(event)}\n`)
  }
  const finish = (): void => {
    if (count > MAX_NAMED) {
      say(
        `… and ${count - MAX_NAMED} more: ${count} lines refused in total` +
          (rejects === null ? '; --rejects FILE keeps all of them' : ''),
      )
    }
  }
  return { addLine, addEvent, finish }
}
