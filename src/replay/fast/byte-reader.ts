import { open, type FileHandle } from 'node:fs/promises'
import { SourceUnreadable } from '../source.js'

/** Reads bytes into buffers of the caller. */
export interface ByteReader {
  /** Reads some bytes; 0 at the end, and only there. */
  readonly read: (into: Uint8Array) => Promise<number>
  /** True if nothing has come for a while, so that the caller should use what it has. */
  readonly isStalled: () => Promise<boolean>
  readonly close: () => void
}

/** How long a reader waits for more bytes before it counts as stalled. */
const STALL_MS = 5

const isSlow = async (promise: Promise<unknown>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<true>((resolve) => {
    timer = setTimeout(resolve, STALL_MS, true)
  })
  const isTimeout = await Promise.race([timeout, promise.then(() => false)])
  clearTimeout(timer)
  return isTimeout
}

/** Reads a stream of chunks. */
export const createStreamReader = (chunks: AsyncIterable<Uint8Array>): ByteReader => {
  const iterator = chunks[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  let pending: Promise<IteratorResult<Uint8Array>> | undefined
  const next = (): Promise<IteratorResult<Uint8Array>> => (pending ??= iterator.next())
  return {
    read: async (into) => {
      while (rest.length === 0) {
        const chunk = await next()
        if (chunk.done === true) return 0
        pending = undefined
        rest = chunk.value
      }
      const bytes = rest.subarray(0, into.length)
      into.set(bytes)
      rest = rest.subarray(bytes.length)
      return bytes.length
    },
    isStalled: () => (rest.length > 0 ? Promise.resolve(false) : isSlow(next())),
    close: () => {
      iterator.return?.().catch(() => undefined)
    },
  }
}

/**
 * Reads a part of a file, from one place to another (`Infinity` for its end). The caller closes the file.
 *
 * @param count - called with the number of bytes after each read
 */
export const createFileReader = (
  handle: FileHandle,
  name: string,
  [start, end]: readonly [number, number],
  count: (bytes: number) => void,
): ByteReader => {
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
    isStalled: () => Promise.resolve(false),
    close: () => undefined,
  }
}

/**
 * Opens the file of a log.
 *
 * @throws SourceUnreadable if the file cannot be opened.
 */
export const openLog = async (path: string, name: string): Promise<FileHandle> => {
  try {
    return await open(path)
  } catch (error) {
    throw new SourceUnreadable(name, error)
  }
}
