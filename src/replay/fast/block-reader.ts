import type { Block } from '../wasm/pool.js'
import { LineCutter, type Line } from '../lines.js'
import type { Feed } from './feed.js'
import type { Room } from './input-buffers.js'

/** What a log is cut into: blocks of whole lines, and lines that are too long for a block. */
export type Part =
  | { readonly type: 'block'; readonly block: Block }
  | { readonly type: 'long'; readonly pieces: ReadonlyArray<Line> }
  | { readonly type: 'end' }

const LINE_FEED = 0x0a
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]
const END: Part = { type: 'end' }

/** Reads a log, or the part of one that begins with a line, into rooms, one after the other. */
export class BlockReader {
  readonly #feed: Feed
  readonly #rooms: readonly [Room, ...Room[]]
  readonly #maxLineBytes: number
  #turn = -1
  /** What was read but is not cut off yet: the beginning of a line. */
  #rest: Uint8Array = new Uint8Array()
  /** Whether the log's first bytes are still to come. */
  #isAtStart: boolean
  #isAtEnd = false
  /** Cuts a line that is too long for a block. */
  #cutter: LineCutter | null = null

  constructor(
    feed: Feed,
    rooms: readonly [Room, ...Room[]],
    maxLineBytes: number,
    isAtStart: boolean,
  ) {
    this.#feed = feed
    this.#rooms = rooms
    this.#maxLineBytes = maxLineBytes
    this.#isAtStart = isAtStart
  }

  /** The next part. A room is used again when all others were. */
  async next(): Promise<Part> {
    this.#turn = (this.#turn + 1) % this.#rooms.length
    const room = this.#rooms[this.#turn] ?? this.#rooms[0]
    const filled = await this.#fill(room)
    return this.#cutter === null ? this.#block(room, filled) : this.#long(room, filled)
  }

  close(): void {
    this.#feed.close()
  }

  /** Reads until the room is full, the log ends, or what is there had better be folded. */
  async #fill(room: Room): Promise<number> {
    room.bytes.set(this.#rest)
    let filled = this.#rest.length
    const most = room.bytes.length - 1
    while (filled < most && !this.#isAtEnd) {
      const read = await this.#feed.read(room.bytes.subarray(filled, most))
      this.#isAtEnd = read === 0
      filled += read
      if (filled === most || this.#isAtEnd || !(await this.#feed.isLate())) continue
      if (room.bytes.lastIndexOf(LINE_FEED, filled - 1) >= 0) break
    }
    return filled
  }

  /** Where the first line begins: behind a byte-order mark at the very start of a log. */
  #firstByte(bytes: Uint8Array, filled: number): number {
    if (!this.#isAtStart) return 0
    this.#isAtStart = false
    const length = BYTE_ORDER_MARK.length
    return filled >= length && BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte)
      ? length
      : 0
  }

  #block(room: Room, filled: number): Part {
    const { bytes, address, list } = room
    const start = this.#firstByte(bytes, filled)
    // Only at the end of the log is there nothing.
    if (start === filled) return END
    let end = bytes.lastIndexOf(LINE_FEED, filled - 1) + 1
    if (end < filled && this.#isAtEnd) {
      bytes[filled] = LINE_FEED
      end = filled + 1
    }
    if (end <= start) return this.#beginLong(bytes.slice(start, filled))
    this.#rest = bytes.subarray(Math.min(end, filled), filled)
    return { type: 'block', block: { start: address + start, end: address + end, list } }
  }

  #beginLong(bytes: Uint8Array): Part {
    this.#rest = new Uint8Array()
    this.#cutter = new LineCutter(this.#maxLineBytes)
    return { type: 'long', pieces: this.#cutter.cut(bytes) }
  }

  #long(room: Room, filled: number): Part {
    const bytes = room.bytes.subarray(0, filled)
    const lineFeed = bytes.indexOf(LINE_FEED)
    const own = bytes.slice(0, lineFeed < 0 ? filled : lineFeed + 1)
    const pieces = this.#cutter?.cut(own) ?? []
    this.#rest = bytes.subarray(own.length)
    if (lineFeed >= 0) this.#cutter = null
    else if (this.#isAtEnd) {
      pieces.push(...(this.#cutter?.rest() ?? []))
      this.#cutter = null
    }
    return { type: 'long', pieces }
  }
}
