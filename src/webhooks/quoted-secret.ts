/**
 * Whether a secret still has the quotes of an env file: `docker run --env-file` and others make them a
 * part of the value. No secret of Clerk begins or ends with one. A list of secrets in one pair of quotes
 * leaves one quote at its first secret, and one at its last.
 */
export const isQuoted = (secret: string): boolean => /^["'`]|["'`]$/.test(secret)
