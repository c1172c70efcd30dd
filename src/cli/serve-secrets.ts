import type { HandlerOptions } from '../http/handler.js'
import { createSecretKeyCheck } from '../http/secret-key.js'
import { refuseQuotes } from './clerk-access.js'
import { CommandFailure } from './command-failure.js'

/** Secrets come from the environment only, because every list of processes shows arguments. */
export type ServeSecrets = Pick<HandlerOptions, 'signingSecrets' | 'secretKey'>

/** The name of the variable with the signing secrets of the webhook endpoint. */
export const SIGNING_SECRET = 'CLERK_WEBHOOK_SIGNING_SECRET'
/** The name of the variable with the secret that readers send. */
export const SECRET_KEY = 'CLIENTFOLD_SECRET_KEY'
/** The name of the variable with the secret that the scraper of metrics sends. */
export const METRICS_KEY = 'CLIENTFOLD_METRICS_KEY'

const checkedKey = (secretKey: string): string => {
  try {
    createSecretKeyCheck(secretKey)
    return secretKey
  } catch (error) {
    throw new CommandFailure(
      `the secret key in ${SECRET_KEY} is invalid; use printable ASCII characters without spaces`,
      { cause: error },
    )
  }
}

/**
 * Reads the secrets of the environment.
 *
 * @throws CommandFailure if both are missing, one is in quotes, or the secret key is invalid.
 */
export const serveSecretsOf = (environment: NodeJS.ProcessEnv): ServeSecrets => {
  const signingSecrets = (environment[SIGNING_SECRET] ?? '').split(/\s+/).filter(Boolean)
  const secretKey = environment[SECRET_KEY] ?? ''
  for (const secret of signingSecrets) refuseQuotes(SIGNING_SECRET, secret)
  refuseQuotes(SECRET_KEY, secretKey)
  if (signingSecrets.length === 0 && secretKey === '') {
    throw new CommandFailure(
      `no secret is set: set ${SIGNING_SECRET} to receive webhooks, ${SECRET_KEY} to answer readers, or both`,
    )
  }
  return {
    signingSecrets: signingSecrets.length === 0 ? undefined : signingSecrets,
    secretKey: secretKey === '' ? undefined : checkedKey(secretKey),
  }
}
