/**
 * The replay engine: what JavaScript calls. `src/engine/instance.ts` is the other side. Addresses and
 * lengths are bytes in the shared memory, times epoch milliseconds; each function is the one of its file.
 */
import { allocate, beginArena } from './arena'
import { beginBatch } from './event'
import { beginTables } from './fold'
import { beginKeys } from './keep'
import { beginMerge } from './merge'

export { takeRegion } from './memory'
export { setHorizon } from './fold'
export { setProjection } from './listing'
export { foldBlock, lines, events, unsure } from './block'
export {
  finish,
  publish,
  entryCountOf,
  lowerBound,
  isClientAt,
  openRange,
  writeRange,
  needed,
  written,
} from './merge'
export { newClient } from './records'
export { touched } from './fold'

/** Takes what an instance needs for itself: once, before all else. */
export function begin(): void {
  beginArena()
  beginBatch()
  beginKeys()
  beginTables()
  beginMerge()
}

/** Bytes for what the plain path has written. */
export function allocateBytes(bytes: usize): usize {
  return allocate(bytes)
}
