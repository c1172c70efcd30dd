import { StoreUnavailable, type UnavailableReason } from './store-error.js'

/** No waiting mends these. */
const LASTING_REASONS: ReadonlySet<UnavailableReason> = new Set([
  'closed',
  'missing',
  'foreign',
  'newer',
])

/** Whether an error is a failure of the store that can pass, so that a reader waits and tries again. */
export const isPassing = (error: unknown): error is StoreUnavailable =>
  error instanceof StoreUnavailable && !LASTING_REASONS.has(error.reason)

/** The shortest pause between two tries, in milliseconds. */
export const FIRST_PAUSE_MS = 100

const LONGEST_PAUSE_MS = 5000

/** How long a reader waits after so many failures in a row, in milliseconds. */
export const pauseAfter = (failures: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS)
