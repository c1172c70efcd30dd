import { Webhook } from 'standardwebhooks'
import { isQuoted } from './quoted-secret.js'

/** A secret is invalid, so nothing can be verified with it. The message never quotes the secret. */
export class WebhookSecretInvalid extends Error {
  override readonly name = 'WebhookSecretInvalid'
}

const PREFIX = 'whsec_'

/** 192 to 512 bits (Standard Webhooks specification, Signature scheme, symmetric). */
const [SHORTEST_BYTES, LONGEST_BYTES] = [24, 64]

/**
 * Checks more than the library does: it decodes base64 leniently and accepts every length but 0. (1.0.0
 * accepts even 0: every request signed with the empty key is genuine then.)
 */
const verifierOf = (secret: string): Webhook => {
  if (isQuoted(secret)) {
    throw new WebhookSecretInvalid(
      "a webhook's signing secret must not be in quotes; remove the quotes, which became a part of it",
    )
  }
  if (!secret.startsWith(PREFIX)) {
    throw new WebhookSecretInvalid(`a webhook's signing secret must begin with ${PREFIX}`)
  }
  const text = secret.slice(PREFIX.length)
  const key = Buffer.from(text, 'base64')
  if (key.toString('base64') !== text) {
    throw new WebhookSecretInvalid(`a webhook's signing secret must be base64 after ${PREFIX}`)
  }
  if (key.length < SHORTEST_BYTES || key.length > LONGEST_BYTES) {
    throw new WebhookSecretInvalid(
      `a webhook's signing secret must have ${SHORTEST_BYTES} to ${LONGEST_BYTES} bytes`,
    )
  }
  return new Webhook(secret)
}

/**
 * The verifiers of the secrets. During a rotation there are two, and either may have signed.
 *
 * @throws WebhookSecretInvalid if a secret is invalid, or there is no secret.
 */
export const verifiersOf = (secrets: string | ReadonlyArray<string>): ReadonlyArray<Webhook> => {
  const all = typeof secrets === 'string' ? [secrets] : secrets
  if (all.length === 0) throw new WebhookSecretInvalid("a webhook's signing secret is missing")
  return all.map(verifierOf)
}
