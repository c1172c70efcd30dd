import { compareNewestFirst, type Created } from '../events/order.js'

/** Where a part of a list begins. */
export interface ListStart {
  /** Only what comes after this entry, which need not be in the list any more; everything unless given. */
  readonly after?: Created | undefined
  /** How many of those entries to leave out. */
  readonly offset?: number | undefined
}

/** The index of the first entry of a part of a list that is ordered newest first. */
export const startOf = (
  length: number,
  at: (index: number) => Created,
  { after, offset = 0 }: ListStart,
): number => {
  if (after === undefined) return offset
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareNewestFirst(at(middle), after) <= 0) low = middle + 1
    else high = middle
  }
  return low + offset
}
