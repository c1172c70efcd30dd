/** A portion of work on SQLite should take about this long, because SQLite works in this thread. */
export const PORTION_MS = 8

/** A transaction on a slow disk takes further work for this long at most. */
const LONGEST_TRANSACTION_MS = 25

/**
 * How long the next transaction takes further work: as long as the commit of the last one took, within bounds. A
 * rollback journal syncs in each commit. Where that is slow, short transactions would mostly wait for the disk.
 *
 * @param commit - how long the last commit took, in milliseconds
 */
export const transactionAfter = (commit: number): number =>
  Math.min(Math.max(commit, PORTION_MS), LONGEST_TRANSACTION_MS)

/** How many items a portion of long work has. */
export interface Portion {
  readonly size: () => number
  /** Notes how long a portion took, in milliseconds. */
  readonly took: (milliseconds: number) => void
}

/**
 * Creates portions that take a few milliseconds, whatever an item costs: the next portion has twice as many items
 * as the last one, or half as many, as the time of the last one says.
 *
 * @param first - the size of the first portion
 * @param most - the largest size: the first one times a power of two, so that few statements are prepared
 */
export const createPortion = (first: number, most: number): Portion => {
  let size = first
  return {
    size: () => size,
    took: (milliseconds) => {
      if (milliseconds > PORTION_MS) size = Math.ceil(size / 2)
      else if (milliseconds < PORTION_MS / 3) size = Math.min(size * 2, most)
    },
  }
}
