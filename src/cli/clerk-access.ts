import { CommandFailure } from './command-failure.js'

/** The name of the variable with the secret key of the Clerk instance. */
export const CLERK_SECRET_KEY = 'CLERK_SECRET_KEY'

/**
 * Reads the secret key of the Clerk instance.
 *
 * @throws CommandFailure if it is missing, or is not valid in a header.
 */
export const clerkSecretKeyOf = (environment: NodeJS.ProcessEnv): string => {
  const key = environment[CLERK_SECRET_KEY] ?? ''
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
