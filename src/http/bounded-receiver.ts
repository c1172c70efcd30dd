import { StoreUnavailable } from '../event-store/store-error.js'
import type { WebhookOutcome } from '../webhooks/outcome.js'
import type { Receiver } from '../webhooks/receiver.js'
import type { WebhookRequest } from '../webhooks/verify.js'
import { withinTime } from './time-limit.js'

/** How many deliveries wait for the store at most. Beyond, the sender is answered at once. */
const MOST_WAITING = 1000

/** The sender gives up after 15 s, and its request has taken a part of them. */
const LONGEST_RECORDING_MS = 10_000

const unavailable = (message: string): WebhookOutcome => ({
  _tag: 'Unavailable',
  id: '',
  error: new StoreUnavailable('busy', message),
})

/**
 * Bounds a receiver: however slow the store is, a delivery is answered before its sender gives up, and
 * only so many wait. A delivery that was answered as unavailable may still be recorded; its repetition
 * is then a duplicate.
 */
export const createBoundedReceiver = (receive: Receiver): Receiver => {
  let waiting = 0
  const receiveBounded = async (request: WebhookRequest): Promise<WebhookOutcome> => {
    if (waiting >= MOST_WAITING) return unavailable(`${MOST_WAITING} deliveries wait already`)
    waiting += 1
    // It waits until the store has answered it, also if its sender was answered before.
    const receiving = receive(request).finally(() => {
      waiting -= 1
    })
    return withinTime(receiving, LONGEST_RECORDING_MS, () =>
      unavailable(`the store did not answer within ${LONGEST_RECORDING_MS} ms`),
    )
  }
  return Object.assign(receiveBounded, { refusalOfHeaders: receive.refusalOfHeaders })
}
