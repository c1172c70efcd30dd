import { isQuoted } from '../webhooks/quoted-secret.js'
import { CommandFailure } from './command-failure.js'

/** The name of the variable with the secret key of the Clerk instance. */
export const CLERK_SECRET_KEY = 'CLERK_SECRET_KEY'

/**
 * Checks that the value of an environment variable is not in quotes.
 *
 * @throws CommandFailure if it is.
 */
export const refuseQuotes = (name: string, value: string): void => {
  if (!isQuoted(value)) return
  throw new CommandFailure(
    `the value of the environment variable ${name} is in quotes; remove them where the variable is set, because they became a part of the value`,
  )
}

/**
 * Reads the secret key of the Clerk instance.
 *
 * @throws CommandFailure if it is missing, in quotes, or not valid in a header.
 */
export const clerkSecretKeyOf = (environment: NodeJS.ProcessEnv): string => {
  const key = environment[CLERK_SECRET_KEY] ?? ''
  refuseQuotes(CLERK_SECRET_KEY, key)
  // An error of fetch would quote a key that is not valid in a header.
  if (/^[\x21-\x7e]+$/.test(key)) return key
  const problem = key === '' ? 'is not set' : 'is invalid'
  throw new CommandFailure(
    `the environment variable ${CLERK_SECRET_KEY} ${problem}; set it to the secret key of your Clerk instance (sk_…)`,
  )
}

/**
 * Checks the URL of `--api-url`.
 *
 * @throws CommandFailure if it is not an HTTP URL.
 */
export const clerkApiUrlOf = (url: string | undefined): string | undefined => {
  if (url === undefined || (/^https?:\/\//.test(url) && URL.canParse(url))) return url
  throw new CommandFailure('--api-url is invalid; use a URL that begins with https:// or http://')
}
