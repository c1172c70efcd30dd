import type { CompactionProgress } from '../event-store/compaction.js'

/** A number of things, such as "2 events". */
export const countOf = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`

/** The sentence about clients that a compaction or a forgetting left as they are. */
export const damagedText = (damaged: number): string =>
  damaged === 0
    ? ''
    : `left ${countOf(damaged, 'client')} with damaged events as they are: clientfold check names them\n`

/** Shows on stderr how far a compaction or a forgetting has come. */
export interface ReductionProgress {
  readonly update: (progress: CompactionProgress) => void
  readonly end: () => void
}

const CLEAR_LINE = '\r\x1b[K'

/** Starts to show progress, if stderr is a terminal. */
export const startReductionProgress = (): ReductionProgress => {
  if (!process.stderr.isTTY) return { update: () => undefined, end: () => undefined }
  return {
    update: ({ clients, events }) => {
      process.stderr.write(
        `${CLEAR_LINE}${clients.toLocaleString('en')} clients, ${events.toLocaleString('en')} events dropped`,
      )
    },
    end: () => {
      process.stderr.write(CLEAR_LINE)
    },
  }
}
