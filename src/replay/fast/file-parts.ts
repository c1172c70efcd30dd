import type { FileHandle } from 'node:fs/promises'
import { LINE_FEED } from '../lines.js'

const READ_BYTES = 1 << 16

/** Behind the first line feed from this place on; the size if no line feed follows. */
const nextLineStart = async (handle: FileHandle, place: number, size: number): Promise<number> => {
  const buffer = Buffer.alloc(READ_BYTES)
  for (let at = place; at < size;) {
    const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, at)
    if (bytesRead === 0) return size
    const lineFeed = buffer.subarray(0, bytesRead).indexOf(LINE_FEED)
    if (lineFeed >= 0) return at + lineFeed + 1
    at += bytesRead
  }
  return size
}

/**
 * Splits a file into parts of about the same size, each of which begins with a line. Each is a start and
 * an end. The last part has no end, because the file may grow.
 */
export const filePartsOf = async (
  handle: FileHandle,
  size: number,
  count: number,
): Promise<ReadonlyArray<readonly [number, number]>> => {
  const starts = [0]
  for (let index = 1; index < count; index++) {
    const place = Math.floor((size * index) / count)
    const start = await nextLineStart(handle, Math.max(0, place - 1), size)
    starts.push(Math.max(start, starts.at(-1) ?? 0))
  }
  return starts.map((start, index) => [start, starts[index + 1] ?? Infinity] as const)
}
