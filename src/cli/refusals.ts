import type { ClientEvent } from '../events/client-event.js'
import { eventText } from '../events/encode-event.js'
import { describeLineError } from '../replay/read-line.js'
import type { RefusedLine } from '../replay/read-log.js'
import type { Output } from './output.js'

/** So many refused lines are named one by one; the others are counted. */
const MOST_NAMED = 20

/** Where refused lines go: named on stderr, kept byte for byte in the file of rejects. */
export interface Refusals {
  readonly take: (refused: RefusedLine) => Promise<void>
  /** Takes an event whose line is not known any more: what is kept is its text. */
  readonly takeEvent: (event: ClientEvent, message: string) => Promise<void>
  /** Counts, at the end, those that were not named. */
  readonly sum: () => void
}

export const openRefusals = (say: (line: string) => void, rejects: Output | null): Refusals => {
  let count = 0
  const name = (message: string): void => {
    count += 1
    if (count <= MOST_NAMED) say(message)
  }
  const take = async ({ source, line, error, bytes, part }: RefusedLine): Promise<void> => {
    if (part === 'whole' || part === 'first') name(`${source}:${line}: ${describeLineError(error)}`)
    await rejects?.write(bytes)
    if (part === 'whole' || part === 'last') await rejects?.write('\n')
  }
  const takeEvent = async (event: ClientEvent, message: string): Promise<void> => {
    name(message)
    await rejects?.write(`${eventText(event)}\n`)
  }
  const sum = (): void => {
    if (count > MOST_NAMED) say(`… and ${count - MOST_NAMED} more: ${count} lines refused in all`)
  }
  return { take, takeEvent, sum }
}
