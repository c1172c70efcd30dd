import type { EventStore } from '../event-store/event-store.js'
import { StoreUnavailable } from '../event-store/store-error.js'
import { heldBackOf, type HeldBackBy } from '../http/held-back.js'

/** How often this looks for a transaction that holds followers back. */
const INTERVAL_MS = 3000

/** Called when followers begin to wait for a transaction, and with undefined when they wait no longer. */
export type ReportHeldBack = (heldBackBy: HeldBackBy | undefined) => void

/**
 * Looks now and then whether a transaction holds followers back, and reports each change.
 *
 * @returns a function that ends this
 */
export const startHeldBackWatch = (
  store: Pick<EventStore, 'heldBackBy'>,
  report: ReportHeldBack,
): (() => void) => {
  let reported: HeldBackBy | undefined
  let isLooking = false
  const look = async (): Promise<void> => {
    const heldBackBy = heldBackOf(await store.heldBackBy())
    const isSame = heldBackBy?.pid === reported?.pid && heldBackBy?.database === reported?.database
    reported = heldBackBy
    if (!isSame) report(heldBackBy)
  }
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    look()
      .catch((error: unknown) => {
        // The follower itself, or the request, reports that the store cannot be used.
        if (!(error instanceof StoreUnavailable)) throw error
      })
      .finally(() => {
        isLooking = false
      })
  }, INTERVAL_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
  }
}
