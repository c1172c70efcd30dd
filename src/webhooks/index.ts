/**
 * Clerk's webhooks, verified and recorded: `clientfold/webhooks`.
 *
 * @packageDocumentation
 */
export {
  describeReceived,
  MAX_BODY_BYTES,
  statusOf,
  type Duplicate,
  type Erased,
  type Ignored,
  type Quarantined,
  type Received,
  type Recorded,
  type RefusalReason,
  type Refused,
  type Taken,
  type Unavailable,
} from './received.js'
export type { WebhookHeaders } from './headers.js'
export type { WebhookRequest } from './verify.js'
export { createReceiver, type Receiver, type ReceiverOptions } from './receiver.js'
export { recordVerified, type RecordVerifiedOptions } from './record-verified.js'
export { retryQuarantined, type Retried } from './retry.js'
export { WebhookSecretInvalid } from './secrets.js'
