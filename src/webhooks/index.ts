/**
 * Clerk's webhooks, verified and recorded: `clientfold/webhooks`.
 *
 * @packageDocumentation
 */
export {
  describeOutcome,
  MAX_BODY_BYTES,
  statusOf,
  type DeliveryOutcome,
  type DuplicateOutcome,
  type ErasedOutcome,
  type ErasureCalledOffOutcome,
  type ErasureOutcome,
  type ErasureScheduledOutcome,
  type IgnoredOutcome,
  type QuarantineCause,
  type QuarantinedOutcome,
  type RecordedOutcome,
  type RefusalReason,
  type RefusedOutcome,
  type UnavailableOutcome,
  type UserErasedOutcome,
  type WebhookOutcome,
} from './outcome.js'
export type { WebhookHeaders } from './headers.js'
export type { RawBody } from './raw-body.js'
export type { WebhookRequest } from './verify.js'
export { createReceiver, type Receiver, type ReceiverOptions } from './receiver.js'
export { recordVerified, type RecordVerifiedOptions } from './record-verified.js'
export { retryQuarantined, type RetryOutcome } from './retry.js'
export type { UserDeletionOptions } from './user-deletion.js'
export { WebhookSecretInvalid } from './secrets.js'
