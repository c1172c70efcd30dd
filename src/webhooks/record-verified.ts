import type { Clients } from '../clients/clients.js'
import { decodePayload, handleDelivery } from './delivery.js'
import type { DeliveryOutcome } from './outcome.js'
import { reportedDelivery } from './reported-delivery.js'
import { holdbackOf, type UserDeletionOptions } from './user-deletion.js'

/** What a verified event lacks: the id of its delivery, and where to record it. */
export interface RecordVerifiedOptions extends UserDeletionOptions {
  readonly clients: Clients
  /** The id of the delivery: the header `svix-id` of the request that was verified. */
  readonly id: string
  /** The clock, in epoch milliseconds. */
  readonly now?: () => number
}

const encoder = new TextEncoder()

/**
 * Records an event that Clerk's `verifyWebhook` has verified and parsed
 * (https://clerk.com/docs/reference/backend/verify-webhook). That function drops the id of the delivery;
 * pass it on, because only the id shows that two requests are the same delivery.
 *
 * It answers what a receiver answers. The quarantine keeps the JSON text of the event, because the bytes
 * of the body are gone.
 *
 * @param event - a verified event: nothing is verified again
 * @throws TypeError (as a rejection) if the id is empty, or an option is invalid.
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { recordVerified } from 'clientfold/webhooks'
 * const clients = openClients({ store: openMemoryStore() })
 * const event = { type: 'user.created', object: 'event', data: {} }
 * await recordVerified(event, { clients, id: 'msg_1' }) // => { _tag: 'Ignored', id: 'msg_1' }
 */
export const recordVerified = async (
  event: unknown,
  { clients, id, now = Date.now, ...userDeletion }: RecordVerifiedOptions,
): Promise<DeliveryOutcome> => {
  if (id === '') throw new TypeError('id is empty: pass the svix-id header of the request')
  const holdback = holdbackOf(userDeletion)
  const delivery = {
    id,
    receivedAt: now(),
    // `undefined` has no JSON text, so it is kept as null.
    body: () => encoder.encode(JSON.stringify(event ?? null)),
    decoded: decodePayload(event, id),
  }
  return reportedDelivery(clients, () => handleDelivery(clients, delivery, holdback))
}
