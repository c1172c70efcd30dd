import { setImmediate, setTimeout as pause } from 'node:timers/promises'

/** Does some work, and again and again while another process holds a lock that it needs. */
export type LockWait = <A>(work: () => A) => Promise<A>

interface Waiter {
  /** As `performance.now()` gives it. */
  readonly deadline: number
  /** Lets the waiter try. */
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** A random pause before another try, so that two processes do not collide again. */
const pauseMilliseconds = (): number => 1 + Math.random() * 15

/**
 * Waits for a lock of another process without blocking this one. One piece of work at a time tries to
 * get the lock; the others wait for its success. Otherwise each of a thousand requests would try many
 * times in vain, which takes the event loop as long as blocking does.
 *
 * @param isBusy - whether an error says that another process holds a lock
 * @param milliseconds - after this time, the work rejects with that error
 */
export const createLockWait = (
  isBusy: (error: unknown) => boolean,
  milliseconds: number,
): LockWait => {
  let waiters: Waiter[] = []
  let isTrying = false

  const rejectLate = (error: unknown): void => {
    const now = performance.now()
    const late = waiters.filter(({ deadline }) => deadline <= now)
    waiters = waiters.filter(({ deadline }) => deadline > now)
    for (const { reject } of late) reject(error)
  }
  /** One after the other, because the work of all of them would keep the event loop for long. */
  const resumeAll = async (): Promise<void> => {
    const resumed = waiters
    waiters = []
    for (const { resolve } of resumed) {
      resolve()
      await setImmediate()
    }
  }
  const waitForOther = async (deadline: number): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      waiters.push({ deadline, resolve, reject })
    })
  }

  /** Tries again and again, while all others wait. */
  const keepTrying = async <A>(work: () => A, deadline: number): Promise<A> => {
    isTrying = true
    try {
      for (;;) {
        await pause(pauseMilliseconds())
        try {
          return work()
        } catch (error) {
          if (!isBusy(error) || performance.now() >= deadline) throw error
          rejectLate(error)
        }
      }
    } finally {
      isTrying = false
      void resumeAll()
    }
  }

  return async (work) => {
    const deadline = performance.now() + milliseconds
    while (isTrying) await waitForOther(deadline)
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error
    }
    return keepTrying(work, deadline)
  }
}
