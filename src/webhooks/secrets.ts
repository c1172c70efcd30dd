import { Webhook } from 'standardwebhooks'

/** A secret cannot be used, so that nothing can be verified. The message never quotes it. */
export class WebhookSecretInvalid extends Error {
  override readonly name = 'WebhookSecretInvalid'
}

const PREFIX = 'whsec_'

/** 192 to 512 bits (Standard Webhooks specification, Signature scheme, symmetric). */
const [SHORTEST_BYTES, LONGEST_BYTES] = [24, 64]

/**
 * The library decodes leniently, and takes any length but 0 (1.0.0 even that: whoever signed with the
 * empty key was genuine).
 */
const verifierOf = (secret: string): Webhook => {
  if (!secret.startsWith(PREFIX)) {
    throw new WebhookSecretInvalid(`a webhook's signing secret begins with ${PREFIX}`)
  }
  const text = secret.slice(PREFIX.length)
  const key = Buffer.from(text, 'base64')
  if (key.toString('base64') !== text) {
    throw new WebhookSecretInvalid(`a webhook's signing secret is base64 after ${PREFIX}`)
  }
  if (key.length < SHORTEST_BYTES || key.length > LONGEST_BYTES) {
    throw new WebhookSecretInvalid(
      `a webhook's signing secret has ${SHORTEST_BYTES} to ${LONGEST_BYTES} bytes`,
    )
  }
  return new Webhook(secret)
}

/**
 * Reads the secrets, of which any may have signed: during a rotation there are two.
 *
 * @throws WebhookSecretInvalid if there is none, or one that is none.
 */
export const verifiersOf = (secrets: string | ReadonlyArray<string>): ReadonlyArray<Webhook> => {
  const all = typeof secrets === 'string' ? [secrets] : secrets
  if (all.length === 0) throw new WebhookSecretInvalid("a webhook's signing secret is missing")
  return all.map(verifierOf)
}
