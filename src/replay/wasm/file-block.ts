import { read, readSync } from 'node:fs'
import { promisify } from 'node:util'
import { LINE_FEED } from '../lines.js'
import {
  createInputBuffer,
  placeOf,
  unsureLines,
  type InputBuffer,
  type UnsureLine,
} from './input-buffer.js'
import type { EngineInstance } from './instance.js'

/** A block of a file: the lines that begin in a range of its bytes. */
export interface FileBlock {
  /** The file descriptor, which all threads share. */
  readonly file: number
  readonly start: number
  readonly end: number
  /** True if a line begins at `start` for certain, so that the byte before does not tell. */
  readonly isFirst: boolean
  /** The longest block of the replay, in bytes. */
  readonly maxBytes: number
}

/** What a thread made of a block of a file. */
export interface FileBlockResult {
  readonly lines: number
  readonly events: number
  readonly unsureLines: ReadonlyArray<UnsureLine>
  /** From which place on the lines of the block are left to the plain path; null if none is. */
  readonly rest: number | null
}

/** How much is read at once to find the end of the last line. */
const TAIL_BYTES = 1 << 14

const nothing = (rest: number | null): FileBlockResult => ({
  lines: 0,
  events: 0,
  unsureLines: [],
  rest,
})

/** Reads until so many bytes came or the file ends. Returns how many came. */
const readBytes = (file: number, into: Uint8Array, place: number): number => {
  let filled = 0
  while (filled < into.length) {
    const read = readSync(file, into, filled, into.length - filled, place + filled)
    if (read === 0) break
    filled += read
  }
  return filled
}

const readAsync = promisify(read)

/** Whole lines in the buffer. */
interface Lines {
  /** Where the first line begins. */
  readonly start: number
  /** Behind the line feed of the last line; `start` if there is no line. */
  readonly end: number
  /** True if the buffer is too small for the line behind the end. */
  readonly isCut: boolean
}

/** Where the bytes of a block begin: one byte earlier, to see whether a line begins at its start. */
const placeOfBytes = ({ start, isFirst }: FileBlock): number => (isFirst ? start : start - 1)

/** Reads and folds blocks of files on one thread, one after the other. */
export class FileBlockFolder {
  readonly #instance: EngineInstance
  #buffer: InputBuffer = { bytes: new Uint8Array() }
  /** The same bytes: a `Buffer` finds line feeds faster. */
  #bytes: Buffer = Buffer.alloc(0)

  constructor(instance: EngineInstance) {
    this.#instance = instance
  }

  /** Reads a block, or its beginning, while this thread does other work. Returns how many bytes were read. */
  async read(block: FileBlock): Promise<number> {
    this.#makeRoom(2 * block.maxBytes)
    const place = placeOfBytes(block)
    // If it fails, the fold meets the same error.
    const into = [this.#bytes, 0, block.end - place, place] as const
    return readAsync(block.file, ...into).then(
      ({ bytesRead }) => bytesRead,
      () => 0,
    )
  }

  /** @param alreadyRead - how many bytes of the block were read */
  fold(block: FileBlock, maxLineBytes: number, alreadyRead = 0): FileBlockResult {
    this.#makeRoom(2 * block.maxBytes)
    try {
      const from = placeOfBytes(block)
      const { start, end, isCut } = this.#readLines(block, from, alreadyRead)
      const result = end > start ? this.#foldLines(start, end, maxLineBytes) : nothing(null)
      return isCut ? { ...result, rest: from + end } : result
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) throw error
      // The plain path meets the same error, in its place among the lines.
      return nothing(block.start)
    }
  }

  #makeRoom(bytes: number): void {
    if (this.#bytes.length > bytes) return
    this.#buffer = createInputBuffer(this.#instance, bytes)
    const { buffer, byteOffset, length } = this.#buffer.bytes
    this.#bytes = Buffer.from(buffer, byteOffset, length)
  }

  /** Reads the lines that begin in the block, whose bytes begin at `from`. */
  #readLines({ file, end, isFirst }: FileBlock, from: number, alreadyRead: number): Lines {
    const bytes = this.#bytes
    const left = bytes.subarray(alreadyRead, end - from)
    const filled = alreadyRead + readBytes(file, left, from + alreadyRead)
    const start = isFirst ? 0 : bytes.subarray(0, filled).indexOf(LINE_FEED) + 1
    if (start >= filled || (start === 0 && !isFirst)) return { start: 0, end: 0, isCut: false }
    const lineEnd = this.#readLineEnd(file, from, filled)
    if (lineEnd > 0) return { start, end: lineEnd, isCut: false }
    return { start, end: bytes.lastIndexOf(LINE_FEED, filled - 1) + 1, isCut: true }
  }

  /** Reads on until the last line ends. Returns the place behind its line feed; 0 if the buffer is too small. */
  #readLineEnd(file: number, from: number, alreadyFilled: number): number {
    const bytes = this.#bytes
    let filled = alreadyFilled
    if (bytes[filled - 1] === LINE_FEED) return filled
    for (;;) {
      // The last byte is for a line feed at the end of the file.
      const most = Math.min(filled + TAIL_BYTES, bytes.length - 1)
      if (most === filled) return 0
      const read = readBytes(file, bytes.subarray(filled, most), from + filled)
      if (read === 0) bytes[filled] = LINE_FEED
      const lineFeed = bytes.subarray(0, filled + Math.max(read, 1)).indexOf(LINE_FEED, filled)
      if (lineFeed >= 0) return lineFeed + 1
      filled += read
    }
  }

  #foldLines(start: number, end: number, maxLineBytes: number): FileBlockResult {
    const block = { buffer: this.#buffer, end }
    const place = placeOf(block)
    const { lines, events, unsure } = this.#instance.foldBlock(
      { ...place, start: place.start + start },
      maxLineBytes,
    )
    const unsureOnes = [...unsureLines(this.#instance, block, unsure)]
    return { lines, events, unsureLines: unsureOnes, rest: null }
  }
}
