import type { FileHandle } from 'node:fs/promises'
import { LineCutter, type Line } from '../lines.js'
import { lineStartFrom } from '../line-start.js'
import { CHUNK_BYTES } from '../source.js'

/** Yields the bytes of a file from a place on. Each chunk is a copy. */
async function* chunksFrom(handle: FileHandle, place: number): AsyncGenerator<Uint8Array> {
  for (let at = place; ;) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** Yields the lines of a file, or pieces of them, that begin from one place on up to another, numbered from 1. */
export async function* fileLines(
  handle: FileHandle,
  place: number,
  end: number,
  maxLineBytes: number,
): AsyncGenerator<Line> {
  let at = await lineStartFrom(handle, place, end)
  /** Whether the last line that was yielded goes on. */
  let isOpen = false
  const isAtEnd = (): boolean => at >= end && !isOpen
  const cutter = new LineCutter(maxLineBytes)
  function* beforeEnd(lines: ReadonlyArray<Line>): Generator<Line> {
    for (const line of lines) {
      if (isAtEnd()) return
      yield line
      isOpen = line.part === 'first' || line.part === 'middle'
      at += line.bytes.length + (isOpen ? 0 : 1)
    }
  }
  for await (const chunk of chunksFrom(handle, at)) {
    yield* beforeEnd(cutter.cut(chunk))
    if (isAtEnd()) return
  }
  yield* beforeEnd(cutter.rest())
}
