import type { Position } from '../event-store/recorded-event.js'

/** How far a reader of commits is. */
export interface CommitPlace {
  /** The position of the log after which to read on. */
  readonly after: Position
  /**
   * While the log is read from a far position: where to go on when that reading has come to its end. What
   * was committed late, before `after`, comes after this position.
   */
  readonly next?: Position | undefined
  /** The number of the last erasure that was taken into account. */
  readonly erasures: number
}

/** A place as one opaque text. */
export const positionOfPlace = ({ after, next, erasures }: CommitPlace): Position =>
  [after, erasures, ...(next === undefined ? [] : [next])].join('~')

/** The place that a text stands for. The position of an event can be such a text too: all erasures come again then. */
export const placeOfPosition = (text: Position): CommitPlace => {
  const [after = '', erasures = '0', next] = text.split('~')
  return { after, next, erasures: /^\d{1,15}$/.test(erasures) ? Number(erasures) : 0 }
}
