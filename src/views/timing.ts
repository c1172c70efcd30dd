/** Calls something a while after it was needed first, or sooner if much waits for it. */
export interface Timer {
  /** Notes that so much more waits. */
  readonly add: (count: number) => void
  /** Nothing waits any more. */
  readonly stop: () => void
}

/**
 * Starts a timer that does not keep the process alive.
 *
 * @param milliseconds - how long something waits at most
 * @param most - so much does not wait longer
 */
export const startTimer = (milliseconds: number, most: number, call: () => void): Timer => {
  let timeout: NodeJS.Timeout | undefined
  let waiting = 0
  const stop = (): void => {
    clearTimeout(timeout)
    timeout = undefined
    waiting = 0
  }
  const callNow = (): void => {
    stop()
    call()
  }
  return {
    add: (count) => {
      waiting += count
      if (waiting >= most) callNow()
      else timeout ??= setTimeout(callNow, milliseconds).unref()
    },
    stop,
  }
}

/**
 * What work gives, if it is done within a time. Otherwise this rejects, and the work goes on.
 *
 * @param milliseconds - how long to wait at most
 */
export const withinTime = async (
  work: Promise<void>,
  milliseconds: number,
  tooLate: () => Error,
): Promise<void> => {
  let timeout: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timeout = setTimeout(() => {
      reject(tooLate())
    }, milliseconds)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timeout)
  }
}
