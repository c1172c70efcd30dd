/**
 * What the engine exports to JavaScript: `instance.ts` is the other side. Addresses and lengths are bytes
 * in the shared memory, times are epoch milliseconds.
 */
import { allocate, beginArena } from './arena'
import { beginBatch } from './event'
import { beginTables } from './fold'
import { beginKeys } from './keep'
import { beginMerge } from './merge'
import { beginEvents } from './read-event'
import { beginSessions } from './read-session'
import { beginShapes } from './shape'

export { takeRegion } from './memory'
export { setHorizon } from './fold'
export { setProjection } from './listing'
export { foldBlock, lineCount, eventCount, unsureCount } from './block'
export { publish, entryCountOf, lowerBound, isClientAt } from './sorted-table'
export { publishSorted, openRange, writeRange } from './merge'
export { bytesNeeded, clientsWritten, isRangeWritten } from './merge'
export { newClient } from './records'
export { touched } from './fold'

/** Takes the memory that this instance needs from the start. It is called once, before all else. */
export function begin(): void {
  beginArena()
  beginBatch()
  beginKeys()
  beginTables()
  beginMerge()
  beginShapes()
  beginEvents()
  beginSessions()
}

/** Memory for texts that the plain path has written. */
export function allocateBytes(bytes: usize): usize {
  return allocate(bytes)
}
