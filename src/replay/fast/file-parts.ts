import type { FileHandle } from 'node:fs/promises'

const LINE_FEED = 0x0a
const LOOK_BYTES = 1 << 16

/** Where the first line begins whose line feed is not before this place; the size if there is none. */
const nextLineStart = async (handle: FileHandle, place: number, size: number): Promise<number> => {
  const look = Buffer.alloc(LOOK_BYTES)
  for (let at = place; at < size;) {
    const { bytesRead } = await handle.read(look, 0, LOOK_BYTES, at)
    if (bytesRead === 0) return size
    const found = look.subarray(0, bytesRead).indexOf(LINE_FEED)
    if (found >= 0) return at + found + 1
    at += bytesRead
  }
  return size
}

/**
 * Cuts a file into so many parts of about one size, each of which begins with a line. The last one goes
 * to the end, wherever that is by then.
 */
export const fileParts = async (
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
