import * as E from 'fp-ts/lib/Either.js'
import type { Clients } from '../clients/clients.js'
import { decodeDelivery, handleDelivery } from './delivery.js'
import type { WebhookHeaders } from './headers.js'
import type { RefusedOutcome, WebhookOutcome } from './outcome.js'
import { verifiersOf } from './secrets.js'
import { reportedDelivery } from './reported-delivery.js'
import { holdbackOf, type UserDeletionOptions } from './user-deletion.js'
import { verify, verifyHeaders, type VerifyOptions, type WebhookRequest } from './verify.js'

/** How to create a receiver. */
export interface ReceiverOptions extends UserDeletionOptions {
  /** They record the deliveries, and hold the quarantine. */
  readonly clients: Clients
  /** The endpoint's signing secret, `whsec_…`; during a rotation the new one and the old one. */
  readonly secrets: string | ReadonlyArray<string>
  /** The clock, in epoch milliseconds. */
  readonly now?: () => number
  /** How old a delivery may be, or how far ahead of the clock; 300 s unless given. */
  readonly toleranceSeconds?: number
}

/** Verifies and records a request; answers its outcome. */
export interface Receiver {
  (request: WebhookRequest): Promise<WebhookOutcome>
  /**
   * The refusal that the headers alone decide: they are missing, malformed, too old or too new. A server
   * that asks first need not read the body of such a request. Undefined if the body is needed. A request that is
   * refused here is not passed to the receiver too: telemetry would count it twice.
   */
  readonly refusalOfHeaders: (headers: WebhookHeaders) => RefusedOutcome | undefined
}

/** Five minutes, as in Svix's own libraries (https://docs.svix.com/receiving/verifying-payloads/why). */
const TOLERANCE_SECONDS = 300

/**
 * Creates a receiver of Clerk's webhooks: it verifies, decodes and records a delivery, and answers once the
 * outcome is durable. It answers every request; `statusOf` gives the HTTP status of the outcome.
 *
 * The id of the delivery (`svix-id`) becomes the event's `id`, so that a delivery is recorded once,
 * however often it is sent. A type that is not about sessions is `Ignored`. A genuine delivery that cannot
 * be recorded is `Quarantined`, byte for byte: its payload is not a valid event, its type is about sessions
 * but unknown to this version, or another event has its id.
 *
 * With `onUserDeleted: 'erase'`, a `user.deleted` erases that user, at once or after the holdback. One
 * that names no user is quarantined.
 *
 * @throws WebhookSecretInvalid if a secret is invalid, or no secret is given: nothing could be verified.
 * @throws TypeError if the tolerance, `onUserDeleted` or the holdback is invalid.
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { createReceiver, statusOf } from 'clientfold/webhooks'
 * const clients = openClients({ store: openMemoryStore() })
 * const receive = createReceiver({ clients, secrets: `whsec_${'c2VjcmV0'.repeat(4)}` })
 * const forged = { 'svix-id': 'msg_1', 'svix-timestamp': '1716883200', 'svix-signature': 'v1,Zm9yZ2Vk' }
 * const outcome = await receive({ headers: forged, body: Buffer.from('{}') })
 * outcome // => { _tag: 'Refused', reason: 'too-old' }
 * statusOf(outcome) // => 400
 */
export const createReceiver = ({
  clients,
  secrets,
  now = Date.now,
  toleranceSeconds = TOLERANCE_SECONDS,
  ...userDeletion
}: ReceiverOptions): Receiver => {
  const verifiers = verifiersOf(secrets)
  const holdback = holdbackOf(userDeletion)
  if (!(toleranceSeconds >= 0))
    throw new TypeError('toleranceSeconds must be a number of at least 0')
  const optionsAt = (moment: number): VerifyOptions => ({
    verifiers,
    now: moment,
    toleranceSeconds,
  })
  const handle = async (request: WebhookRequest): Promise<WebhookOutcome> => {
    const receivedAt = now()
    const verified = verify(request, optionsAt(receivedAt))
    if (E.isLeft(verified)) return { _tag: 'Refused', reason: verified.left }
    const { id, bytes, text } = verified.right
    const decoded = decodeDelivery(text, id)
    return handleDelivery(clients, { id, receivedAt, body: () => bytes, decoded }, holdback)
  }
  const refusalOfHeaders = (headers: WebhookHeaders): RefusedOutcome | undefined => {
    const checked = verifyHeaders(headers, optionsAt(now()))
    if (E.isRight(checked)) return undefined
    const refused: RefusedOutcome = { _tag: 'Refused', reason: checked.left }
    // It is the end of this delivery: nothing else reports it.
    void reportedDelivery(clients, () => Promise.resolve(refused))
    return refused
  }
  const receive = (request: WebhookRequest): Promise<WebhookOutcome> =>
    reportedDelivery(clients, () => handle(request))
  return Object.assign(receive, { refusalOfHeaders })
}
