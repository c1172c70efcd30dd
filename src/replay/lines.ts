/** A line of a log, or a piece of one that is too long to be held whole. Without its line feed. */
export interface Line {
  /** Counted from 1 in its source; blank lines count. */
  readonly number: number
  readonly bytes: Uint8Array
  /** `whole` unless the line is longer than the bound: then it comes in pieces, in order. */
  readonly part: 'whole' | 'first' | 'middle' | 'last'
}

const LINE_FEED = 0x0a
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

/** A byte-order mark at the very start is no part of the first line. */
async function* withoutMark(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | null = new Uint8Array()
  for await (const chunk of chunks) {
    if (head === null) {
      yield chunk
      continue
    }
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk])
    if (head.length < BYTE_ORDER_MARK.length) continue
    yield BYTE_ORDER_MARK.every((byte, index) => head?.[index] === byte) ? head.subarray(3) : head
    head = null
  }
  if (head !== null && head.length > 0) yield head
}

/** Cuts a stream of bytes into lines, holding one line at most. */
export class LineCutter {
  readonly #maxLineBytes: number
  #number = 1
  #held: Uint8Array[] = []
  #heldBytes = 0
  #isInPieces = false

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes
  }

  /** The lines that end in this chunk. */
  cut(chunk: Uint8Array): Line[] {
    const lines: Line[] = []
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      lines.push(...this.#finish(chunk.subarray(start, end)))
      start = end + 1
    }
    this.#hold(chunk.subarray(start))
    if (this.#isTooLong()) lines.push(this.#piece())
    return lines
  }

  /** The last line, if the log does not end in a line feed. */
  rest(): Line[] {
    return this.#heldBytes > 0 || this.#isInPieces ? this.#finish(new Uint8Array()) : []
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
  }

  #take(): Uint8Array {
    const [only, ...others] = this.#held
    const bytes = only !== undefined && others.length === 0 ? only : Buffer.concat(this.#held)
    this.#held = []
    this.#heldBytes = 0
    return bytes
  }

  #isTooLong(): boolean {
    return this.#heldBytes > this.#maxLineBytes
  }

  /** Also a line that came in one chunk is in pieces if it is too long: chunks mean nothing. */
  #finish(end: Uint8Array): Line[] {
    this.#hold(end)
    const before = this.#isTooLong() && !this.#isInPieces ? [this.#piece()] : []
    const part = this.#isInPieces ? 'last' : 'whole'
    const line: Line = { number: this.#number, bytes: this.#take(), part }
    this.#isInPieces = false
    this.#number += 1
    return [...before, line]
  }

  #piece(): Line {
    const part = this.#isInPieces ? 'middle' : 'first'
    const bytes = this.#take()
    this.#isInPieces = true
    return { number: this.#number, bytes, part }
  }
}

/**
 * The lines of a stream of bytes, in batches: one for each chunk read. A byte-order mark at the
 * start is no part of the first line; a carriage return stays, JSON takes it for white space.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<ReadonlyArray<Line>> {
  const cutter = new LineCutter(maxLineBytes)
  for await (const chunk of withoutMark(chunks)) yield cutter.cut(chunk)
  yield cutter.rest()
}

/** True if the line holds nothing but white space. */
export const isBlank = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)
