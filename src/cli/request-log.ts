import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { failureEntryOf } from '../http/failure.js'
import type { HeldBackBy } from '../http/held-back.js'
import type { RequestLogEntry } from '../http/request-log.js'
import type { ErasureReport } from './erasure-timer.js'

/** How many bytes of the log wait for a reader that stands still. Beyond, lines are dropped. */
const MOST_PENDING_BYTES = 1024 * 1024

/** The log of requests, as lines of JSON on a stream. */
export interface RequestLogOutput {
  readonly write: (entry: RequestLogEntry) => void
  /** Writes that followers wait for a transaction, or with undefined that they wait no longer. */
  readonly writeHeldBack: (heldBackBy: HeldBackBy | undefined) => void
  /** Writes how many users were erased, or why they could not be; no id. */
  readonly writeErasures: (report: ErasureReport) => void
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
  const writeOrDrop = (line: object): void => {
    if (stream.writableLength > MOST_PENDING_BYTES) {
      dropped += 1
      return
    }
    reportDropped()
    writeLine(line)
  }
  return {
    write: (entry) => {
      writeOrDrop(entry.error === undefined ? entry : { ...entry, store })
    },
    writeHeldBack: (heldBackBy) => {
      const time = new Date().toISOString()
      writeOrDrop(
        heldBackBy === undefined
          ? { time, outcome: 'followers-free' }
          : { time, outcome: 'followers-held-back', held_back_by: heldBackBy },
      )
    },
    writeErasures: (report) => {
      const time = new Date().toISOString()
      writeOrDrop(
        'users' in report
          ? { time, outcome: 'users-erased', users: report.users }
          : { time, outcome: 'erasure-failed', ...failureEntryOf(report.failure), store },
      )
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
