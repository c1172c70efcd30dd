import type { Erasures } from '../../event-store/event-store.js'
import type { Log } from './log.js'
import { noteOf } from './notes.js'

/** The erasures after a number; without a number only the last one's number. */
export const readErasures = async (
  { notes }: Log,
  after: number | undefined,
  limit: number,
): Promise<Erasures> => {
  const last = await notes.last('x.*')
  const highest = last === undefined ? 0 : noteOf(last).number
  if (after === undefined) return { last: highest, clients: [] }
  const count = Math.max(0, Math.min(limit, highest - after))
  const numbers = Array.from({ length: count }, (_, index) => after + index + 1)
  const found = await Promise.all(numbers.map((number) => notes.read(`x.${number}`)))
  const clients = found.flatMap((note) => (note === undefined ? [] : noteOf(note).text))
  return { last: after + count, clients }
}
