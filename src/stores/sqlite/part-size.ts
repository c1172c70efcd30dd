/**
 * How many positions a part of the log has. The file keeps the number of events in each part, so that a
 * reader finds out when events have vanished. A part is also what a reader holds in memory at a time.
 */
export const PART_SIZE = 1000

/** The part that holds a position. */
export const partOf = (position: number): number => Math.floor(position / PART_SIZE)
