/** Calls something a while after it was needed first, or sooner if much waits for it. */
export interface Timer {
  /** Notes that so much more waits. */
  readonly add: (count: number) => void
  /** Nothing waits any more. */
  readonly stop: () => void
}

/** When a timer calls. */
export interface TimerSettings {
  /** How long something waits, in milliseconds, unless more comes quickly. */
  readonly milliseconds: number
  /** If at least so much came within that time, the timer waits for that time again. */
  readonly busy: number
  /** How long something waits at most. */
  readonly longestMilliseconds: number
  /** So much does not wait longer. */
  readonly most: number
}

/** Starts a timer that does not keep the process alive. */
export const startTimer = (
  { milliseconds, busy, longestMilliseconds, most }: TimerSettings,
  call: () => void,
): Timer => {
  let timeout: NodeJS.Timeout | undefined
  let [waiting, before, waited] = [0, 0, 0]
  const stop = (): void => {
    clearTimeout(timeout)
    timeout = undefined
    ;[waiting, before, waited] = [0, 0, 0]
  }
  const callNow = (): void => {
    stop()
    call()
  }
  const start = (): void => {
    before = waiting
    timeout = setTimeout(end, milliseconds).unref()
  }
  const end = (): void => {
    waited += milliseconds
    if (waiting - before >= busy && waited < longestMilliseconds) start()
    else callNow()
  }
  return {
    add: (count) => {
      if (timeout === undefined) start()
      waiting += count
      if (waiting >= most) callNow()
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
