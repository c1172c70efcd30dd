import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { RequestLogEntry } from '../http/request-log.js'

/** How many bytes of the log wait for a reader that stands still. Beyond, lines are dropped. */
const MOST_PENDING_BYTES = 1024 * 1024

/** The log of requests, as lines of JSON on a stream. */
export interface RequestLogOutput {
  readonly write: (entry: RequestLogEntry) => void
  /** Waits until all lines are written, but not for long. False if some are not. */
  readonly end: (milliseconds: number) => Promise<boolean>
}

/**
 * Starts the log of requests. If its reader stands still, the log takes a bounded amount of memory: it
 * drops lines, and says how many as soon as the reader reads again.
 *
 * @param store - the kind of the store, for lines about failures
 */
export const startRequestLog = (stream: Writable, store: string): RequestLogOutput => {
  let dropped = 0
  const writeLine = (line: object): void => {
    stream.write(`${JSON.stringify(line)}\n`)
  }
  const reportDropped = (): void => {
    if (dropped === 0) return
    const lines = dropped
    dropped = 0
    writeLine({ time: new Date().toISOString(), outcome: 'lines-dropped', lines })
  }
  stream.on('drain', reportDropped)
  return {
    write: (entry) => {
      if (stream.writableLength > MOST_PENDING_BYTES) {
        dropped += 1
        return
      }
      reportDropped()
      writeLine(entry.error === undefined ? entry : { ...entry, store })
    },
    end: async (milliseconds) => {
      stream.off('drain', reportDropped)
      reportDropped()
      if (stream.writableLength === 0 || stream.destroyed) return true
      const signal = AbortSignal.timeout(milliseconds)
      return once(stream, 'drain', { signal }).then(
        () => true,
        () => stream.destroyed,
      )
    },
  }
}
