import type { Screen } from './screen.js'

/** The last time that a JavaScript `Date` can hold, in epoch milliseconds. */
const LAST_DATE = 8_640_000_000_000_000

const MINUTE_MS = 60_000

const twoDigits = (count: number): string => String(count).padStart(2, '0')

/** Such as `+02:00`. It stands beside each time, because summer and winter differ. */
const offsetText = (minutes: number): string => {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`
}

const textOf = (time: number, { zone }: Pick<Screen, 'zone'>, end: number): string => {
  if (time > LAST_DATE) return String(time)
  const minutes = zone === 'utc' ? 0 : -new Date(time).getTimezoneOffset()
  const text = new Date(time + minutes * MINUTE_MS).toISOString().slice(0, end).replace('T', ' ')
  return `${text}${zone === 'utc' ? 'Z' : offsetText(minutes)}`
}

/** A time (epoch milliseconds) to the minute, with its zone. The JSON formats have the milliseconds. */
export const minuteOf = (time: number, screen: Pick<Screen, 'zone'>): string =>
  textOf(time, screen, -8)

/** A time (epoch milliseconds) to the second, with its zone. */
export const secondOf = (time: number, screen: Pick<Screen, 'zone'>): string =>
  textOf(time, screen, -5)
