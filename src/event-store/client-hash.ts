import { hash } from 'node:crypto'

/**
 * The hash under which a store lists a client that lost something by an erasure. The id cannot be
 * computed from it.
 *
 * @example
 * import { clientHashOf } from 'clientfold/event-store'
 * clientHashOf('client_1').length // => 64
 */
export const clientHashOf = (clientId: string): string =>
  hash('sha256', `erased client ${JSON.stringify(clientId)}`)
