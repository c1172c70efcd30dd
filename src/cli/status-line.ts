import { SingleBar } from 'cli-progress'
import type { Progress } from '../replay/read-log.js'

/** What a terminal shows of a long run: a progress bar at the bottom, and messages above it. */
export interface StatusLine {
  readonly update: (progress: Progress) => void
  /** Writes a line to stderr, above the bar. */
  readonly say: (line: string) => void
  readonly end: () => void
}

const CLEAR_LINE = '\r\x1b[K'
const MEBIBYTE = 1024 * 1024

const say = (line: string): void => {
  process.stderr.write(`${process.stderr.isTTY ? CLEAR_LINE : ''}${line}\n`)
}

const bytesOf = (bytes: number): string => `${(bytes / MEBIBYTE).toFixed(1)} MiB`

/** Starts to show progress on stderr, if stderr is a terminal. Messages are written in any case. */
export const startStatusLine = (): StatusLine => {
  if (!process.stderr.isTTY) return { update: () => undefined, say, end: () => undefined }
  const started = performance.now()
  let bar: SingleBar | undefined
  const start = (total: number | null): SingleBar => {
    // Without a total there is no percentage and no remaining time.
    const share = total === null ? '' : '{bar} {percentage}% | {eta_formatted} left | '
    const newBar = new SingleBar({
      format: `${share}{bytes} | {events} events | {rate} events/s`,
      stream: process.stderr,
      clearOnComplete: true,
      barsize: 24,
    })
    newBar.start(total ?? 0, 0, { bytes: bytesOf(0), events: 0, rate: 0 })
    return newBar
  }
  return {
    update: ({ bytesRead, bytesTotal, events }) => {
      bar ??= start(bytesTotal)
      const seconds = (performance.now() - started) / 1000
      bar.update(bytesRead, {
        bytes: bytesOf(bytesRead),
        events: events.toLocaleString('en'),
        rate: Math.round(events / seconds).toLocaleString('en'),
      })
    },
    say,
    end: () => bar?.stop(),
  }
}
