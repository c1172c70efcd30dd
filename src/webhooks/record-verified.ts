import type { Clients } from '../clients/clients.js'
import { decodePayload, takeDelivery } from './delivery.js'
import type { Taken } from './received.js'

/** What a verified event lacks. */
export interface RecordVerifiedOptions {
  readonly clients: Clients
  /** The delivery's id: the header `svix-id` of the request that was verified. */
  readonly id: string
  /** The clock, in epoch milliseconds. */
  readonly now?: () => number
}

const encoder = new TextEncoder()

/**
 * Records an event that Clerk's `verifyWebhook` has verified and parsed
 * (https://clerk.com/docs/reference/backend/verify-webhook). It drops the delivery's id, without which
 * attempts and replays of a delivery could not be told from other deliveries: pass it on.
 *
 * What it answers is what a receiver answers. There are no bytes any more: the quarantine keeps the
 * event's JSON text.
 *
 * @param event - verified; whoever made it up is believed
 * @throws TypeError (as a rejection) if the id is empty.
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { recordVerified } from 'clientfold/webhooks'
 * const clients = openClients({ store: openMemoryStore() })
 * const event = { type: 'user.created', object: 'event', data: {} }
 * await recordVerified(event, { clients, id: 'msg_1' }) // => { _tag: 'Ignored', id: 'msg_1' }
 */
export const recordVerified = async (
  event: unknown,
  { clients, id, now = Date.now }: RecordVerifiedOptions,
): Promise<Taken> => {
  if (id === '') throw new TypeError('a delivery has an id')
  return takeDelivery(clients, {
    id,
    receivedAt: now(),
    // What is no JSON at all (undefined) is kept as null: a text there must be.
    body: () => encoder.encode(JSON.stringify(event ?? null)),
    decoded: decodePayload(event, id),
  })
}
