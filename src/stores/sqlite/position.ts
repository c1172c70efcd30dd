import type { Position } from '../../event-store/recorded-event.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { StoredEvent } from '../kit/event-record.js'
import { bytesOf, type Blob } from './blob.js'
import type { Statements } from './statements.js'

/** `<life of the file>/<number of the event>/<head checksum of the event>` */
const POSITION = /^([0-9a-f]{10})\/(\d{1,16})\/(-?\d{1,10})$/

/** The life of the file, which is read as bytes. */
const lifeOf = (life: Blob | null): string => {
  const text = life === null ? '' : bytesOf(life).toString('latin1')
  if (/^[0-9a-f]{10}$/.test(text)) return text
  throw new StoreUnavailable('storage', 'the life of the SQLite file is damaged')
}

/** The number of the event at a position of this file. */
export const numberOf = (position: StoredEvent['position']): number =>
  Number(String(position).split('/')[1])

/** The life of the file. */
export const readLife = ({ placeAt }: Statements): string => lifeOf(placeAt(0)[0]?.life ?? null)

/** The place (`<number>/<head checksum>`) before the first event. */
const START = '0/0'

/** The position of the last event. */
export const lastPosition = ({ placeOfLast }: Statements): Position => {
  const [row] = placeOfLast()
  return `${lifeOf(row?.life ?? null)}/${row?.place ?? START}`
}

/** The life of the file, and the number of the event after which a reading starts. */
export interface ReadingStart {
  readonly life: string
  readonly number: number
}

/**
 * Where a reading after a position starts. An erased event has no place any more, and its number is
 * never given again. But where another event has the number, or the number was never given, the file
 * is not the one that gave the position: it is, or comes from, an older copy.
 *
 * @returns undefined if the position does not belong to the file as it is now.
 */
export const startOf = ({ placeAt }: Statements, after: Position): ReadingStart | undefined => {
  const [, life, digits, head] = POSITION.exec(after) ?? []
  if (life === undefined) return undefined
  const number = Number(digits)
  const [row] = placeAt(number)
  const lifeNow = lifeOf(row?.life ?? null)
  const isOfEvent = number === 0 || (row?.head ?? head) === head
  if (life !== lifeNow || number > Number(row?.last ?? 0) || !isOfEvent) return undefined
  return { life, number }
}
