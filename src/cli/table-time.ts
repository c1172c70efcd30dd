/** The last moment that a calendar can name. */
const LAST_DATE = 8_640_000_000_000_000

const textOf = (time: number, left: number): string =>
  time > LAST_DATE ? String(time) : new Date(time).toISOString().slice(0, left).replace('T', ' ')

/** A time (epoch milliseconds) to the minute, in UTC. A table is for a glance: documents hold the milliseconds. */
export const minuteOf = (time: number): string => textOf(time, -8)

/** A time (epoch milliseconds) to the second, in UTC. */
export const secondOf = (time: number): string => textOf(time, -5)
