import type { Clients } from '../clients/clients.js'

/** What a run of the timer did: how many users it erased, at least one, or why it failed. */
export type ErasureReport = { readonly users: number } | { readonly failure: unknown }

const SECOND_MS = 1000
const MINUTE_MS = 60_000

/**
 * Carries scheduled erasures out: now, and then every minute. With a holdback that is shorter than a minute
 * it looks as often as the holdback, but not more than once a second. One run at a time; what fails is
 * reported, and the next run tries again.
 *
 * @returns a function that ends this
 */
export const startErasureTimer = (
  { eraseDue }: Pick<Clients, 'eraseDue'>,
  holdbackMilliseconds: number,
  report: (report: ErasureReport) => void,
): (() => void) => {
  let isRunning = false
  let isStopped = false
  const run = async (): Promise<void> => {
    if (isRunning) return
    isRunning = true
    try {
      const users = await eraseDue()
      if (users > 0) report({ users })
    } catch (failure) {
      // The store closes after the end, and then refuses what is left. The next process does that.
      if (!isStopped) report({ failure })
    } finally {
      isRunning = false
    }
  }
  void run()
  const interval = Math.min(Math.max(holdbackMilliseconds, SECOND_MS), MINUTE_MS)
  const timer = setInterval(() => void run(), interval)
  timer.unref()
  return () => {
    isStopped = true
    clearInterval(timer)
  }
}
