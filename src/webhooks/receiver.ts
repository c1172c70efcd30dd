import * as E from 'fp-ts/lib/Either.js'
import type { Clients } from '../clients/clients.js'
import { decodeDelivery, takeDelivery } from './delivery.js'
import type { Received } from './received.js'
import { verifiersOf } from './secrets.js'
import { verify, type WebhookRequest } from './verify.js'

/** What a receiver is made with. */
export interface ReceiverOptions {
  /** Where deliveries are recorded, and kept in quarantine. */
  readonly clients: Clients
  /** The endpoint's signing secret, `whsec_…`; during a rotation the new one and the old one. */
  readonly secrets: string | ReadonlyArray<string>
  /** The clock, in epoch milliseconds. */
  readonly now?: () => number
  /** How old a delivery may be, or how far ahead of the clock; 300 s unless given. */
  readonly toleranceSeconds?: number
}

/** Takes a request for a delivery, and answers what became of it. */
export type Receiver = (request: WebhookRequest) => Promise<Received>

/** Five minutes, as Svix has it (https://docs.svix.com/receiving/verifying-payloads/why). */
const TOLERANCE_SECONDS = 300

/**
 * Makes a receiver of Clerk's webhooks: it verifies, decodes and records, and answers when what is
 * answered is durable. Whatever comes, it answers: `statusOf` says with which status.
 *
 * The delivery's id (`svix-id`) becomes the event's `id`, so that attempts and replays of a delivery
 * are recorded once. A type that is not ours is `Ignored`. What is genuine and yet cannot be recorded is
 * `Quarantined`, byte for byte: an event that does not fit, or one under whose id another is in the log.
 *
 * @throws WebhookSecretInvalid if a secret is none, or there is none: nothing could be verified.
 * @throws TypeError if the tolerance is no number of seconds.
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { createReceiver, statusOf } from 'clientfold/webhooks'
 * const clients = openClients({ store: openMemoryStore() })
 * const receive = createReceiver({ clients, secrets: `whsec_${'c2VjcmV0'.repeat(4)}` })
 * const forged = { 'svix-id': 'msg_1', 'svix-timestamp': '1716883200', 'svix-signature': 'v1,Zm9yZ2Vk' }
 * const received = await receive({ headers: forged, body: Buffer.from('{}') })
 * received // => { _tag: 'Refused', reason: 'too-old' }
 * statusOf(received) // => 400
 */
export const createReceiver = ({
  clients,
  secrets,
  now = Date.now,
  toleranceSeconds = TOLERANCE_SECONDS,
}: ReceiverOptions): Receiver => {
  const verifiers = verifiersOf(secrets)
  if (!(toleranceSeconds >= 0)) throw new TypeError('a tolerance is a number of seconds')
  return async (request) => {
    const receivedAt = now()
    const verified = verify(request, { verifiers, now: receivedAt, toleranceSeconds })
    if (E.isLeft(verified)) return { _tag: 'Refused', reason: verified.left }
    const { id, text } = verified.right
    const decoded = decodeDelivery(text, id)
    return takeDelivery(clients, { id, receivedAt, body: () => request.body, decoded })
  }
}
