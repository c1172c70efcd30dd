import type { FileHandle } from 'node:fs/promises'
import { lineStartFrom } from '../line-start.js'
import type { ByteRange } from '../source.js'

/**
 * Splits a range of a file, which begins with a line, into parts of about the same size, each of which begins
 * with a line too.
 *
 * @param size - the size of the file, or the end of the range if that is less
 */
export const filePartsOf = async (
  handle: FileHandle,
  [start, end]: ByteRange,
  size: number,
  count: number,
): Promise<ReadonlyArray<ByteRange>> => {
  const starts = [start]
  for (let index = 1; index < count; index++) {
    const place = start + Math.floor(((size - start) * index) / count)
    const lineStart = await lineStartFrom(handle, place, size)
    starts.push(Math.max(lineStart, starts.at(-1) ?? start))
  }
  return starts.map((each, index) => [each, starts[index + 1] ?? end] as const)
}
