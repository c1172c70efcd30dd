/** The last time that a JavaScript `Date` can hold, in epoch milliseconds. */
const LAST_DATE = 8_640_000_000_000_000

const textOf = (time: number, end: number): string =>
  time > LAST_DATE ? String(time) : new Date(time).toISOString().slice(0, end).replace('T', ' ')

/** A time (epoch milliseconds) to the minute, in UTC. The JSON formats have the milliseconds. */
export const minuteOf = (time: number): string => textOf(time, -8)

/** A time (epoch milliseconds) to the second, in UTC. */
export const secondOf = (time: number): string => textOf(time, -5)
