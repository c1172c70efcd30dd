import type { FileHandle } from 'node:fs/promises'
import { LINE_FEED } from './lines.js'

const READ_BYTES = 1 << 16

/** Behind the first line feed from this place on; the size if no line feed follows. */
const behindLineFeed = async (handle: FileHandle, place: number, size: number): Promise<number> => {
  const buffer = Buffer.alloc(READ_BYTES)
  for (let at = place; at < size;) {
    const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, at)
    if (bytesRead === 0) return size
    const lineFeed = buffer.subarray(0, bytesRead).indexOf(LINE_FEED)
    if (lineFeed >= 0) return Math.min(at + lineFeed + 1, size)
    at += bytesRead
  }
  return size
}

/** The first place from `place` on at which a line of a file begins; the size if no line begins there. */
export const lineStartFrom = (handle: FileHandle, place: number, size: number): Promise<number> =>
  place === 0 ? Promise.resolve(0) : behindLineFeed(handle, place - 1, size)
