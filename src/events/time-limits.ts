/**
 * The bounds of times in payloads. TypeScript and AssemblyScript both import this file, so it holds
 * nothing but constant integers.
 */

/**
 * Numbers below this are seconds, the others milliseconds: 1e11 ms is 3 March 1973, before any
 * session; 1e11 s is the year 5138. Clerk's data of 2021 and the `timestamp` in the published
 * webhook examples are in seconds, everything else is in milliseconds.
 */
export const SECONDS_LIMIT = 100_000_000_000

/**
 * The last millisecond of the year 9999. What is greater is a time in microseconds, or garbage: it would
 * be later than everything that comes after it, and so win for ever.
 */
export const LAST_TIME = 253_402_300_799_999
