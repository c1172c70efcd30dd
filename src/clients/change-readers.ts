/** The readers of changes that are open in this process, to know how far behind they are. */
export interface ChangeReaders {
  /** Notes a reader. Call the first function after each of its looks at the store, the second at its end. */
  readonly open: () => { readonly looked: (lookedAt: number) => void; readonly close: () => void }
  readonly count: () => number
  /** How old is what the slowest reader knows, in milliseconds; 0 without readers. */
  readonly lag: () => number
}

/** Creates the list of readers of changes. Times are those of `performance.now()`. */
export const createChangeReaders = (): ChangeReaders => {
  const readers = new Set<{ lookedAt: number }>()
  return {
    open: () => {
      const reader = { lookedAt: performance.now() }
      readers.add(reader)
      return {
        looked: (lookedAt) => {
          reader.lookedAt = lookedAt
        },
        close: () => {
          readers.delete(reader)
        },
      }
    },
    count: () => readers.size,
    lag: () => {
      const now = performance.now()
      return [...readers].reduce((lag, { lookedAt }) => Math.max(lag, now - lookedAt), 0)
    },
  }
}
