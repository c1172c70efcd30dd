/**
 * All clients of a thread, in the order in which they came: so they lie in the memory, and walking over
 * them waits for little. Beside them, how many bytes all their ids begin with.
 *
 *     u32 client, u32 client, …
 */
import { giveBack } from './arena'
import { takeRegion } from './memory'
import * as Known from './records'

const FIRST_ROOM: u32 = 1024

let list: usize = 0
let room: u32 = 0
/** How many there are. */
export let clientCount: u32 = 0
/** How many bytes all ids begin with. */
export let sharedLength: usize = 0

export function clientAt(index: u32): usize {
  return load<u32>(list + ((<usize>index) << 2))
}

function makeRoom(): void {
  const larger = max(room << 1, FIRST_ROOM)
  const moved = takeRegion((<usize>larger) << 2)
  memory.copy(moved, list, (<usize>room) << 2)
  if (room > 0) giveBack(list, (<usize>room) << 2)
  list = moved
  room = larger
}

/** How many bytes two ids both begin with, up to a bound. */
function commonLength(left: usize, right: usize, most: usize): usize {
  const length = min(most, <usize>load<u32>(right, Known.CLIENT_ID_LENGTH))
  let place: usize = 0
  while (place < length) {
    const byte = load<u8>(left + place, Known.CLIENT_ID_TEXT)
    if (byte != load<u8>(right + place, Known.CLIENT_ID_TEXT)) break
    place += 1
  }
  return place
}

/** Adds a client. */
export function listClient(client: usize): void {
  if (clientCount == room) makeRoom()
  store<u32>(list + ((<usize>clientCount) << 2), <u32>client)
  clientCount += 1
  sharedLength =
    clientCount == 1
      ? <usize>load<u32>(client, Known.CLIENT_ID_LENGTH)
      : commonLength(clientAt(0), client, sharedLength)
}
