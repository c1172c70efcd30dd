/** The result of a comparison: negative, 0 or positive, as `Array.prototype.sort` and fp-ts take it. */
export type Ordering = -1 | 0 | 1

/** Numbers by size, strings by UTF-16 code units: the order of JavaScript's own `<`. */
export const compareValues = <A extends number | string>(left: A, right: A): Ordering =>
  left < right ? -1 : left > right ? 1 : 0

/** What lists are ordered by. */
export interface Created {
  readonly id: string
  /** Epoch milliseconds. */
  readonly created_at: number
}

/** Oldest first by creation, then by id: the order of the sessions in a Client. */
export const compareOldestFirst = (left: Created, right: Created): Ordering =>
  compareValues(left.created_at, right.created_at) || compareValues(left.id, right.id)

/** Newest first by creation, then by id: the order of Clerk's lists of clients and sessions. */
export const compareNewestFirst = (left: Created, right: Created): Ordering =>
  compareOldestFirst(right, left)
