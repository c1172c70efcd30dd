import { LINE_FEED, LineCutter, type Line } from '../lines.js'
import type { Block, InputBuffer } from '../wasm/input-buffer.js'
import type { ByteReader } from './byte-reader.js'

/** What a log is cut into: blocks of whole lines, and pieces of lines that are too long for a block. */
export type LogPart =
  | { readonly type: 'block'; readonly block: Block }
  | { readonly type: 'long-line'; readonly pieces: ReadonlyArray<Line> }
  | { readonly type: 'end' }

const END: LogPart = { type: 'end' }

/** Reads a log, or a part of it that begins with a line, into buffers, one after the other. */
export class BlockReader {
  readonly #reader: ByteReader
  readonly #buffers: readonly [InputBuffer, ...InputBuffer[]]
  readonly #maxLineBytes: number
  #turn = -1
  /** The beginning of a line, which was read after the last block. */
  #rest: Uint8Array = new Uint8Array()
  #isAtEnd = false
  /** Cuts a line that is too long for a block. */
  #cutter: LineCutter | null = null

  constructor(
    reader: ByteReader,
    buffers: readonly [InputBuffer, ...InputBuffer[]],
    maxLineBytes: number,
  ) {
    this.#reader = reader
    this.#buffers = buffers
    this.#maxLineBytes = maxLineBytes
  }

  /** The next part. It uses a buffer again after all others. */
  async next(): Promise<LogPart> {
    this.#turn = (this.#turn + 1) % this.#buffers.length
    const buffer = this.#buffers[this.#turn] ?? this.#buffers[0]
    const filled = await this.#fill(buffer)
    return this.#cutter === null
      ? this.#block(buffer, filled)
      : this.#longLine(buffer.bytes.subarray(0, filled), this.#cutter)
  }

  close(): void {
    this.#reader.close()
  }

  /** Reads until the buffer is full, the log ends, or the source stalls and there are lines to fold. */
  async #fill({ bytes }: InputBuffer): Promise<number> {
    bytes.set(this.#rest)
    let filled = this.#rest.length
    // The last byte is for a line feed at the end of the log.
    const most = bytes.length - 1
    while (filled < most && !this.#isAtEnd) {
      const read = await this.#reader.read(bytes.subarray(filled, most))
      this.#isAtEnd = read === 0
      filled += read
      if (filled === most || this.#isAtEnd || !(await this.#reader.isStalled())) continue
      if (bytes.lastIndexOf(LINE_FEED, filled - 1) >= 0) break
    }
    return filled
  }

  #block(buffer: InputBuffer, filled: number): LogPart {
    const { bytes } = buffer
    // Nothing is left only at the end of the log.
    if (filled === 0) return END
    let end = bytes.lastIndexOf(LINE_FEED, filled - 1) + 1
    if (end < filled && this.#isAtEnd) {
      bytes[filled] = LINE_FEED
      end = filled + 1
    }
    if (end === 0) return this.#beginLongLine(bytes.slice(0, filled))
    this.#rest = bytes.subarray(Math.min(end, filled), filled)
    return { type: 'block', block: { buffer, end } }
  }

  #beginLongLine(bytes: Uint8Array): LogPart {
    this.#rest = new Uint8Array()
    this.#cutter = new LineCutter(this.#maxLineBytes)
    return { type: 'long-line', pieces: this.#cutter.cut(bytes) }
  }

  #longLine(bytes: Uint8Array, cutter: LineCutter): LogPart {
    const lineFeed = bytes.indexOf(LINE_FEED)
    const ofLine = bytes.slice(0, lineFeed < 0 ? bytes.length : lineFeed + 1)
    const pieces = cutter.cut(ofLine)
    this.#rest = bytes.subarray(ofLine.length)
    if (lineFeed >= 0 || this.#isAtEnd) this.#cutter = null
    if (lineFeed < 0 && this.#isAtEnd) pieces.push(...cutter.rest())
    return { type: 'long-line', pieces }
  }
}
