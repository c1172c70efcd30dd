import { LINE_FEED } from '../lines.js'
import type { BlockPlace, EngineInstance } from './instance.js'
import {
  BLOCK_SPARE_BYTES,
  MIN_LINE_BYTES,
  REGION_ALIGNMENT,
  UNSURE_LINE_ADDRESS,
  UNSURE_LINE_BYTES,
  UNSURE_LINE_NUMBER,
} from './layout.js'

/** Space in the engine's memory for a block of the log. The list of its unsure lines lies behind it. */
export interface InputBuffer {
  /** One byte more than a block has, for a line feed at the end of the log. */
  readonly bytes: Uint8Array
}

/** Whole lines at the start of an input buffer: at least one, and the last byte is a line feed. */
export interface Block {
  readonly buffer: InputBuffer
  /** Behind the last line feed. */
  readonly end: number
}

/**
 * A line that the engine leaves to the plain path ("unsure"): it may be refused, or be an event in a form
 * that the engine does not handle.
 */
export interface UnsureLine {
  /** Counted from 0 in its block. */
  readonly number: number
  /** A copy, without the line feed: the buffer is used again. */
  readonly bytes: Uint8Array
}

const listOffset = (bufferBytes: number): number =>
  Math.ceil((bufferBytes + BLOCK_SPARE_BYTES) / REGION_ALIGNMENT) * REGION_ALIGNMENT

/** Creates a buffer for blocks of at most so many bytes. */
export const createInputBuffer = (instance: EngineInstance, blockBytes: number): InputBuffer => {
  const bufferBytes = blockBytes + 1
  const listBytes = Math.ceil(bufferBytes / MIN_LINE_BYTES) * UNSURE_LINE_BYTES
  const address = instance.takeRegion(listOffset(bufferBytes) + listBytes)
  return { bytes: instance.bytesAt(address, bufferBytes) }
}

/** The addresses of a block: the bytes of its buffer are a view of the engine's memory. */
export const placeOf = ({ buffer: { bytes }, end }: Block): BlockPlace => ({
  start: bytes.byteOffset,
  end: bytes.byteOffset + end,
  list: bytes.byteOffset + listOffset(bytes.length),
})

/** The first lines in the list of a block that was folded: valid until its buffer is filled again. */
export function* unsureLines(
  instance: EngineInstance,
  block: Block,
  count: number,
): Generator<UnsureLine> {
  const { bytes } = block.buffer
  const list = instance.dataAt(placeOf(block).list, count * UNSURE_LINE_BYTES)
  for (let entry = 0; entry < count * UNSURE_LINE_BYTES; entry += UNSURE_LINE_BYTES) {
    const start = list.getUint32(entry + UNSURE_LINE_ADDRESS, true) - bytes.byteOffset
    yield {
      number: list.getUint32(entry + UNSURE_LINE_NUMBER, true),
      bytes: bytes.slice(start, bytes.indexOf(LINE_FEED, start)),
    }
  }
}
