import { hash } from 'node:crypto'
import { keyOf } from './storage-key.js'

/**
 * What a store keeps of the id of a dropped event: the first 128 bits of the SHA-256 of its key, in
 * hexadecimal. So a delivery that comes again is known to be a duplicate. Among a billion events, two have
 * the same hash with a probability of one to 10^20.
 *
 * @example
 * import { droppedHashOf } from 'clientfold/store-engine'
 * droppedHashOf('msg_1').length // => 32
 */
export const droppedHashOf = (eventId: string): string =>
  hash('sha256', keyOf(eventId)).slice(0, 32)
