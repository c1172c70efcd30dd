/** Counts the bytes that all requests together hold at this moment, up to a bound. */
export interface BytesInFlight {
  /** Adds bytes, unless they would exceed the bound. */
  readonly tryAdd: (bytes: number) => boolean
  readonly remove: (bytes: number) => void
}

/** Creates a count that starts at 0. */
export const createBytesInFlight = (most: number): BytesInFlight => {
  let held = 0
  return {
    tryAdd: (bytes) => {
      if (held + bytes > most) return false
      held += bytes
      return true
    },
    remove: (bytes) => {
      held -= bytes
    },
  }
}
