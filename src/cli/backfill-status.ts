import { SingleBar } from 'cli-progress'

/** What a terminal shows of a backfill: a progress bar at the bottom, and messages above it. */
export interface BackfillStatus {
  /** How many users and clients are done. */
  readonly update: (users: number, clients: number) => void
  /** Writes a line to stderr, above the bar. */
  readonly say: (line: string) => void
  readonly end: () => void
}

const CLEAR_LINE = '\r\x1b[K'

const say = (line: string): void => {
  process.stderr.write(`${process.stderr.isTTY ? CLEAR_LINE : ''}${line}\n`)
}

/**
 * Starts to show progress on stderr, if stderr is a terminal. Messages are written in any case.
 *
 * @param total - how many users there are; null if that is unknown
 * @param done - how many users an earlier run has done
 */
export const startBackfillStatus = (total: number | null, done: number): BackfillStatus => {
  if (!process.stderr.isTTY) return { update: () => undefined, say, end: () => undefined }
  const share = total === null ? '' : '{bar} {percentage}% | {eta_formatted} left | '
  const bar = new SingleBar({
    format: `${share}{users} users | {clients} clients`,
    stream: process.stderr,
    clearOnComplete: true,
    barsize: 24,
  })
  bar.start(total ?? 0, done, { users: done, clients: 0 })
  return {
    update: (users, clients) => {
      bar.update(users, {
        users: users.toLocaleString('en'),
        clients: clients.toLocaleString('en'),
      })
    },
    say,
    end: () => {
      bar.stop()
    },
  }
}
