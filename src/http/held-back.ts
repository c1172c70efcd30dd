import type { BlockingTransaction } from '../event-store/event-store.js'

/** What health and the log say of a transaction for which followers wait. */
export interface HeldBackBy {
  /** The id of the server's process; null for a prepared transaction. */
  readonly pid: number | null
  /** The database in which it is open. */
  readonly database: string
  /** How long it has been open; null if the role may not see that. */
  readonly milliseconds: number | null
}

/** Every transaction holds followers back for the moments that it takes. */
const LONGEST_USUAL_MS = 2000

/** What to say of a transaction; undefined if followers do not wait for longer than usual. */
export const heldBackOf = (blocking: BlockingTransaction | null): HeldBackBy | undefined => {
  if (blocking === null) return undefined
  const { pid, database, age } = blocking
  if (age !== null && age < LONGEST_USUAL_MS) return undefined
  return { pid, database, milliseconds: age === null ? null : Math.round(age) }
}
