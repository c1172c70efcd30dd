/** A line of a log, or a piece of a line that is too long to be held whole, without the line feed. */
export interface Line {
  /** Counted from 1 in its source; blank lines count. */
  readonly number: number
  readonly bytes: Uint8Array
  /** `whole`, unless the line is longer than the bound: then it comes in pieces, in order. */
  readonly part: 'whole' | 'first' | 'middle' | 'last'
}

/** The byte that ends a line. */
export const LINE_FEED = 0x0a
const TAB = 0x09
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
/** U+FEFF in UTF-8. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

/**
 * A line without the byte-order marks at its start, which are white space: logs that were joined have
 * them in the middle, and files that were empty leave several in a row.
 */
export const withoutMarks = (line: Uint8Array): Uint8Array => {
  let start = 0
  while (BYTE_ORDER_MARK.every((byte, index) => line[start + index] === byte)) {
    start += BYTE_ORDER_MARK.length
  }
  return start === 0 ? line : line.subarray(start)
}

/** Cuts a stream of bytes into lines. It holds one line at most. */
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

  /** A line that is too long is cut into pieces even if one chunk has all of it, so that chunks make no difference. */
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
 * The lines of a stream of bytes, one batch for each chunk. White space at either end of a line stays: a
 * carriage return, or a byte-order mark.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<ReadonlyArray<Line>> {
  const cutter = new LineCutter(maxLineBytes)
  for await (const chunk of chunks) yield cutter.cut(chunk)
  yield cutter.rest()
}

/** True if a line has nothing but white space. */
export const isBlank = (line: Uint8Array): boolean =>
  withoutMarks(line).every((byte) => byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN)
