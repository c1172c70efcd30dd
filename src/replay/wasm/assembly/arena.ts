/**
 * The arena of one thread: memory for records, which stay, and for texts of sessions, which change.
 *
 * A text lies in a slot, whose sizes are few. When a newer version of a session has a text of another
 * size, the old slot goes to the list of free slots of its size, and is used again. So memory grows with
 * the number of sessions, not with the length of the log.
 *
 *     a slot in use     the text of a session, then at least 16 spare bytes
 *     a free slot       u32: the next free slot of this size
 */
import { POINTER_BYTES, RECORD_ALIGNMENT, VECTOR_BYTES } from '../layout'
import { takeRegion } from './memory'

const REGION_BYTES: usize = 1 << 20
/** Larger pieces get a region of their own. */
const MAX_PIECE_BYTES: usize = REGION_BYTES >> 2

/** Slots up to 4096 bytes differ by 32 bytes; beyond that each size is twice the one before: 2^12 … 2^31. */
const FINE_STEP_BITS: usize = 5
const FINE_STEP: usize = 1 << FINE_STEP_BITS
const FINE_MAX_BITS: usize = 12
const FINE_MAX: usize = 1 << FINE_MAX_BITS
const COARSE_SIZES: usize = 20
const SIZES: usize = (FINE_MAX >> FINE_STEP_BITS) + 1 + COARSE_SIZES

let free: usize = 0
let freeEnd: usize = 0
let freeSlots: usize = 0

/** Begins the arena of this instance. */
export function beginArena(): void {
  freeSlots = takeRegion(SIZES * POINTER_BYTES)
}

/** Memory for a record, for good. It may have been used before, so its bytes are not zero. */
export function allocate(bytes: usize): usize {
  const size = (bytes + RECORD_ALIGNMENT - 1) & ~(RECORD_ALIGNMENT - 1)
  if (size > MAX_PIECE_BYTES) return takeRegion(size)
  if (size > freeEnd - free) {
    free = takeRegion(REGION_BYTES)
    freeEnd = free + REGION_BYTES
  }
  const start = free
  free += size
  assert(start != 0 && start % RECORD_ALIGNMENT == 0 && free <= freeEnd)
  return start
}

/** Adds memory that is not used any more, such as the slots of a table that has grown, to the arena. */
export function giveBack(start: usize, bytes: usize): void {
  assert(start % RECORD_ALIGNMENT == 0)
  if (bytes <= freeEnd - free) return
  free = start
  freeEnd = start + bytes
}

/** The size of a slot for a text of that length. */
export function slotSize(length: usize): usize {
  const needed = length + VECTOR_BYTES
  if (needed <= FINE_MAX) return (needed + FINE_STEP - 1) & ~(FINE_STEP - 1)
  return (<usize>1) << (<usize>32 - clz<u32>(<u32>needed - 1))
}

/** The head of the list of free slots of that size. */
function listOf(size: usize): usize {
  assert(size != 0 && size == slotSize(size - VECTOR_BYTES))
  if (size <= FINE_MAX) return freeSlots + (size >> FINE_STEP_BITS) * POINTER_BYTES
  const coarse = <usize>ctz<u32>(<u32>size) - FINE_MAX_BITS
  return freeSlots + ((FINE_MAX >> FINE_STEP_BITS) + coarse) * POINTER_BYTES
}

/** A slot of a size that {@link slotSize} gave. */
export function takeSlot(size: usize): usize {
  const list = listOf(size)
  const slot = load<u32>(list)
  if (slot == 0) return allocate(size)
  store<u32>(list, load<u32>(slot))
  return slot
}

/** Makes a slot free. */
export function freeSlot(slot: usize, size: usize): void {
  assert(slot != 0)
  const list = listOf(size)
  store<u32>(slot, load<u32>(list))
  store<u32>(list, <u32>slot)
}
