import { SingleBar } from 'cli-progress'
import type { Progress } from '../replay/read-log.js'

/** What a person sees of a long run: a bar at the foot of a terminal, messages above it. */
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

/** Shows progress on stderr, and only if that is a terminal. */
export const openStatusLine = (): StatusLine => {
  if (!process.stderr.isTTY) return { update: () => undefined, say, end: () => undefined }
  const started = performance.now()
  let bar: SingleBar | undefined
  const start = (total: number | null): SingleBar => {
    // Without a total there is nothing to fill, and no end to foretell.
    const known = total === null ? '' : '{bar} {percentage}% | {eta_formatted} left | '
    const created = new SingleBar({
      format: `${known}{bytes} | {events} events | {rate} events/s`,
      stream: process.stderr,
      clearOnComplete: true,
      barsize: 24,
    })
    created.start(total ?? 0, 0, { bytes: bytesOf(0), events: 0, rate: 0 })
    return created
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
