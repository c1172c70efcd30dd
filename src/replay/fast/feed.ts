import { open, type FileHandle } from 'node:fs/promises'
import { SourceUnreadable } from '../source.js'

/** Bytes that are read into places that the reader names. */
export interface Feed {
  /** Reads some bytes; 0 at the end, never before. */
  readonly read: (into: Uint8Array) => Promise<number>
  /** True if nothing more has come for a while: whoever has something to do had better do it. */
  readonly isLate: () => Promise<boolean>
  readonly close: () => void
}

/** So long what has come waits for more. */
const PATIENCE_MS = 5

const isSlowerThanPatience = async (promise: Promise<unknown>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<true>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, true)
  })
  const isLate = await Promise.race([late, promise.then(() => false)])
  clearTimeout(timer)
  return isLate
}

/** A stream of chunks. */
export const streamFeed = (chunks: AsyncIterable<Uint8Array>): Feed => {
  const iterator = chunks[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  let coming: Promise<IteratorResult<Uint8Array>> | undefined
  const next = (): Promise<IteratorResult<Uint8Array>> => (coming ??= iterator.next())
  return {
    read: async (into) => {
      while (rest.length === 0) {
        const chunk = await next()
        if (chunk.done === true) return 0
        coming = undefined
        rest = chunk.value
      }
      const taken = rest.subarray(0, into.length)
      into.set(taken)
      rest = rest.subarray(taken.length)
      return taken.length
    },
    isLate: () => (rest.length > 0 ? Promise.resolve(false) : isSlowerThanPatience(next())),
    close: () => {
      iterator.return?.().catch(() => undefined)
    },
  }
}

/**
 * A part of a file, from one place to another; to its end if that is infinite.
 *
 * @param count - is told how many bytes were read
 */
export const fileFeed = (
  handle: FileHandle,
  name: string,
  [start, end]: readonly [number, number],
  count: (bytes: number) => void,
): Feed => {
  let place = start
  return {
    read: async (into) => {
      const length = Math.min(into.length, end - place)
      if (length === 0) return 0
      try {
        const { bytesRead } = await handle.read(into, 0, length, place)
        place += bytesRead
        count(bytesRead)
        return bytesRead
      } catch (error) {
        throw new SourceUnreadable(name, error)
      }
    },
    isLate: () => Promise.resolve(false),
    close: () => undefined,
  }
}

/** @throws SourceUnreadable if the file cannot be opened. */
export const openLog = async (path: string, name: string): Promise<FileHandle> => {
  try {
    return await open(path)
  } catch (error) {
    throw new SourceUnreadable(name, error)
  }
}
