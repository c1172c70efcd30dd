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
