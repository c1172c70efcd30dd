/**
 * The arena of one thread: records, which stay, and slots for texts, which come and go as versions of
 * sessions replace each other. A slot that is let go waits in the list of its size until a text of that
 * size comes, so what is replaced is used again, and memory grows with what is known, not with the log.
 *
 *     a slot in use     text of a session, then at least 16 bytes to spare
 *     a free slot       u32: the next free slot of this size
 */
import { takeRegion } from './memory'

const REGION_BYTES: usize = 1 << 20
/** Sizes go up by 32 bytes to here, then they double: 2^12 … 2^31. */
const FINE_BYTES: usize = 4096
const SIZES: usize = (4096 >> 5) + 1 + 20

let room: usize = 0
let roomEnd: usize = 0
let freeSlots: usize = 0

/** Begins the arena of this instance. */
export function beginArena(): void {
  freeSlots = takeRegion(SIZES * 4)
}

/** Bytes that stay: at a multiple of 8. They may have been used before, and are not zero. */
export function allocate(bytes: usize): usize {
  const size = (bytes + 7) & ~7
  if (size > REGION_BYTES >> 2) return takeRegion(size)
  if (size > roomEnd - room) {
    room = takeRegion(REGION_BYTES)
    roomEnd = room + REGION_BYTES
  }
  const start = room
  room += size
  return start
}

/** A stretch that is not needed any more, such as the slots of a table that grew, becomes arena. */
export function giveBack(start: usize, bytes: usize): void {
  if (bytes <= roomEnd - room) return
  room = start
  roomEnd = start + bytes
}

/** The size of the slot that holds a text of so many bytes, and 16 to spare. */
export function slotSize(length: usize): usize {
  const needed = length + 16
  if (needed <= FINE_BYTES) return (needed + 31) & ~31
  return (<usize>1) << (<usize>32 - clz<u32>(<u32>needed - 1))
}

function listOf(size: usize): usize {
  if (size <= FINE_BYTES) return freeSlots + ((size >> 5) << 2)
  return freeSlots + (((FINE_BYTES >> 5) + ctz<u32>(<u32>size) - 12) << 2)
}

/** A slot of a size that {@link slotSize} gave. */
export function takeSlot(size: usize): usize {
  const list = listOf(size)
  const free = load<u32>(list)
  if (free == 0) return allocate(size)
  store<u32>(list, load<u32>(free))
  return free
}

/** Lets a slot go. */
export function freeSlot(slot: usize, size: usize): void {
  const list = listOf(size)
  store<u32>(slot, load<u32>(list))
  store<u32>(list, <u32>slot)
}
