import { SingleBar } from 'cli-progress'
import type { CheckProgress } from '../event-store/check-report.js'

/** Shows on a terminal how far a check is. */
export interface CheckProgressBar {
  readonly update: (progress: CheckProgress) => void
  readonly end: () => void
}

/** Starts to show the progress on stderr, if stderr is a terminal. */
export const startCheckProgress = (): CheckProgressBar => {
  if (!process.stderr.isTTY) return { update: () => undefined, end: () => undefined }
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {events} events | {clients} clients',
    stream: process.stderr,
    clearOnComplete: true,
    barsize: 24,
  })
  bar.start(1, 0, { events: 0, clients: 0 })
  return {
    update: ({ events, clients, clientsTotal }) => {
      // Before the clients are counted, the log is read.
      bar.setTotal(clientsTotal ?? 1)
      bar.update(clients, {
        events: events.toLocaleString('en'),
        clients: clients.toLocaleString('en'),
      })
    },
    end: () => {
      bar.stop()
    },
  }
}
