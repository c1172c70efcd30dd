import type { Crew } from '../wasm/pool.js'
import { unsigned } from '../wasm/instance.js'

/** Space for a block of the log in the shared memory. */
export interface Room {
  readonly address: number
  /** Where its lines that are not sure are listed: 8 bytes each, and a line takes 2 at least. */
  readonly list: number
  readonly bytes: Uint8Array
}

/** Small enough to stay in a processor's cache until it is folded, big enough to be worth two messages. */
export const BLOCK_BYTES = 1 << 20

/** A line feed at the end of the log, and what may be read beyond a line. */
const SPARE_BYTES = 64

/** Rooms, made when they are needed and used again for the next source. */
export class Rooms {
  readonly #crew: Crew
  readonly #blockBytes: number
  readonly #rooms: Room[] = []

  constructor(crew: Crew, blockBytes: number) {
    this.#crew = crew
    this.#blockBytes = blockBytes
  }

  /** So many rooms, from the first one on. */
  take(first: number, count: number): readonly [Room, ...Room[]] {
    while (this.#rooms.length < first + count) this.#rooms.push(this.#make())
    const [one = this.#make(), ...others] = this.#rooms.slice(first, first + count)
    return [one, ...others]
  }

  #make(): Room {
    const { own } = this.#crew
    const address = unsigned(own.takeRegion(this.#blockBytes + SPARE_BYTES))
    const list = unsigned(own.takeRegion(4 * this.#blockBytes + SPARE_BYTES))
    return { address, list, bytes: own.bytesAt(address, this.#blockBytes + 1) }
  }
}
