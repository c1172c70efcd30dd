import { createHmac } from 'node:crypto'
import type { DeliveryRequest } from './subject.js'

/** What a delivery is made of. */
export interface DeliveryContent {
  readonly id: string
  readonly body: string
  /** The signing secret, `whsec_…`; without it the delivery has no signature. */
  readonly secret?: string | undefined
  /** When it is sent, in epoch milliseconds; now unless given. */
  readonly sentAt?: number
}

/** The signature of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`. */
const signatureOf = (secret: string, text: string): string => {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(text).digest('base64')}`
}

/**
 * A delivery as Clerk sends it: signed by the rules of Standard Webhooks, if there is a secret.
 *
 * @example
 * import { signedRequest } from 'clientfold/testing'
 * const secret = 'whsec_C2FVsBQIhrscChlQIBHh9jzUhDjvHGVF'
 * const { headers } = signedRequest({ id: 'msg_1', body: '{}', secret })
 * headers['svix-signature']?.startsWith('v1,') // => true
 */
export const signedRequest = (content: DeliveryContent): DeliveryRequest => {
  const { id, body, secret, sentAt = Date.now() } = content
  const timestamp = String(Math.floor(sentAt / 1000))
  const headers = {
    'content-type': 'application/json',
    'svix-id': id,
    'svix-timestamp': timestamp,
  }
  if (secret === undefined) return { id, headers, body }
  const signature = signatureOf(secret, `${id}.${timestamp}.${body}`)
  return { id, headers: { ...headers, 'svix-signature': signature }, body }
}
