/**
 * The clients of one thread, in the order in which they were found. So the list leads through the memory
 * from front to back, which is faster than to walk over a hash table.
 *
 *     u32 client, u32 client, …
 */
import { CLIENT_ID_LENGTH, CLIENT_ID_TEXT, POINTER_BYTES } from '../layout'
import { giveBack } from './arena'
import { takeRegion } from './memory'

const FIRST_CAPACITY: u32 = 1024

let list: usize = 0
let capacity: u32 = 0
/** How many clients there are. */
export let clientCount: u32 = 0
/** How many bytes the ids of all clients have in common at their beginning. */
export let sharedLength: usize = 0

export function clientAt(index: u32): usize {
  assert(index < clientCount)
  return load<u32>(list + <usize>index * POINTER_BYTES)
}

function grow(): void {
  const larger = max(capacity << 1, FIRST_CAPACITY)
  const moved = takeRegion(<usize>larger * POINTER_BYTES)
  memory.copy(moved, list, <usize>capacity * POINTER_BYTES)
  if (capacity > 0) giveBack(list, <usize>capacity * POINTER_BYTES)
  list = moved
  capacity = larger
}

/** How many bytes two ids have in common at their beginning, at most so many. */
function commonLength(left: usize, right: usize, most: usize): usize {
  const length = min(most, <usize>load<u32>(right, CLIENT_ID_LENGTH))
  let place: usize = 0
  while (place < length) {
    const byte = load<u8>(left + place, CLIENT_ID_TEXT)
    if (byte != load<u8>(right + place, CLIENT_ID_TEXT)) break
    place += 1
  }
  return place
}

/** Adds a client. */
export function listClient(client: usize): void {
  assert(client != 0)
  if (clientCount == capacity) grow()
  store<u32>(list + <usize>clientCount * POINTER_BYTES, <u32>client)
  clientCount += 1
  sharedLength =
    clientCount == 1
      ? <usize>load<u32>(client, CLIENT_ID_LENGTH)
      : commonLength(clientAt(0), client, sharedLength)
}
