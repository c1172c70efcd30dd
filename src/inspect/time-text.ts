const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A moment to the millisecond in UTC: `2026-05-28 08:00:00.123`; without the milliseconds if they are zero. */
export const momentText = (moment: number): string =>
  new Date(moment)
    .toISOString()
    .replace('T', ' ')
    .replace(/(\.000)?Z$/, '')

/** How long a time is, in its two greatest units: `3 d 4 h`, `5 min 2 s`, `12 ms`. */
export const durationText = (milliseconds: number): string => {
  const units = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's'],
    [1, 'ms'],
  ] as const
  const index = units.findIndex(([size]) => milliseconds >= size)
  const [first, second] = [units[index], units[index + 1]]
  if (first === undefined) return '0 ms'
  const whole = Math.floor(milliseconds / first[0])
  const rest = second === undefined ? 0 : Math.floor((milliseconds % first[0]) / second[0])
  const head = `${whole} ${first[1]}`
  return second === undefined || rest === 0 ? head : `${head} ${rest} ${second[1]}`
}

/** Steps of an axis, in milliseconds. */
const STEPS: ReadonlyArray<number> = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30, 91, 182, 365, 730, 1825, 3650, 36_500].map((count) => count * DAY),
]

/** A labelled moment of an axis. */
export interface Tick {
  readonly at: number
  readonly label: string
}

const tickLabel = (at: number, step: number): string => {
  const text = new Date(at).toISOString()
  if (step >= DAY) return text.slice(0, 10)
  const isMidnight = at % DAY === 0
  if (isMidnight) return text.slice(5, 10)
  return step >= MINUTE
    ? text.slice(11, 16)
    : step >= SECOND
      ? text.slice(11, 19)
      : text.slice(14, 23)
}

/** Round moments between two moments, at most `most` of them. */
export const ticksBetween = (from: number, to: number, most: number): ReadonlyArray<Tick> => {
  const least = (to - from) / Math.max(1, most)
  const step = STEPS.find((each) => each >= least) ?? 36_500 * DAY
  const first = Math.ceil(from / step) * step
  const count = Math.max(0, Math.floor((to - first) / step) + 1)
  return Array.from({ length: count }, (_, index) => first + index * step).map((at) => ({
    at,
    label: tickLabel(at, step),
  }))
}
