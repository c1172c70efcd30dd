/** Work gives the event loop to others when it has kept it for this long. */
const LONGEST_TURN_MS = 4

/**
 * Called within long work, after each small step. If the work has kept the event loop for too long, it
 * returns a promise that resolves in a later turn of the loop. Otherwise it returns undefined, so that
 * most steps cost no promise.
 */
export type Pause = () => Promise<void> | undefined

/** Creates the pauses of one long work. */
export const createPause = (): Pause => {
  let turnStarted = performance.now()
  return () => {
    if (performance.now() - turnStarted < LONGEST_TURN_MS) return undefined
    return new Promise((resolve) => {
      setImmediate(() => {
        turnStarted = performance.now()
        resolve()
      })
    })
  }
}
