import type { DeliveryWord } from '../telemetry/delivery-word.js'
import type { WebhookOutcome } from './outcome.js'

const WORDS = {
  Recorded: 'recorded',
  Duplicate: 'duplicate',
  Ignored: 'ignored',
  Erased: 'erased',
  UserErased: 'user-erased',
  ErasureScheduled: 'erasure-scheduled',
  ErasureCalledOff: 'erasure-called-off',
  Quarantined: 'quarantined',
  Unavailable: 'unavailable',
} as const satisfies Readonly<Record<Exclude<WebhookOutcome['_tag'], 'Refused'>, DeliveryWord>>

/** `UserErased` as `user-erased`. */
export const wordOfTag = (tag: keyof typeof WORDS): (typeof WORDS)[keyof typeof WORDS] => WORDS[tag]

/** The outcome of a delivery, for telemetry. */
export const deliveryWordOf = (outcome: WebhookOutcome): DeliveryWord => {
  if (outcome._tag === 'Refused') return `refused-${outcome.reason}`
  if (outcome._tag === 'Quarantined' && outcome.cause === 'id-conflict') return 'conflict'
  return wordOfTag(outcome._tag)
}
