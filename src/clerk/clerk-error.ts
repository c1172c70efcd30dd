/** Clerk refused the secret key, so no further request can succeed. */
export class ClerkKeyRefused extends Error {
  override readonly name = 'ClerkKeyRefused'

  constructor(status: 401 | 403 = 401) {
    super(
      status === 401
        ? 'Clerk refused the secret key: use the one of this instance, sk_…'
        : 'Clerk accepts the secret key, but not for this request (status 403): use a key that may read users, sessions and clients',
    )
  }
}

/**
 * Clerk cannot be used now, or not at this address: many requests in a row got no usable answer, or the
 * list of users cannot be read. The reason quotes no value.
 */
export class ClerkUnavailable extends Error {
  override readonly name = 'ClerkUnavailable'
}
