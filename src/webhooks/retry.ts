import * as E from 'fp-ts/lib/Either.js'
import type { Clients } from '../clients/clients.js'
import type { QuarantinedDelivery } from '../event-store/quarantine.js'
import { decodeDelivery, recordEvent } from './delivery.js'
import type { Duplicate, Erased, Quarantined, Recorded } from './received.js'

/** What became of a delivery in quarantine: it is out of it, unless it is `Quarantined` still. */
export type Retried = Recorded | Duplicate | Erased | Quarantined

const retry = async (clients: Clients, { id, body }: QuarantinedDelivery): Promise<Retried> => {
  const decoded = decodeDelivery(Buffer.from(body).toString('utf8'), id)
  if (E.isLeft(decoded)) {
    const { left } = decoded
    const reason = left._tag === 'Ignored' ? 'its type is not one that is kept' : left.reason
    return { _tag: 'Quarantined', id, reason }
  }
  const recorded = await recordEvent(clients, decoded.right, id)
  if (typeof recorded === 'string') return { _tag: 'Quarantined', id, reason: recorded }
  // Not before it is durable: what is broken off here is a duplicate the next time.
  await clients.quarantine.remove(id)
  return recorded
}

/**
 * Tries once more to record what is in quarantine, one delivery after the other, as after an upgrade
 * that knows more. What can be recorded leaves the quarantine, and so does what speaks of an erased
 * client; all else stays.
 *
 * @throws StoreUnavailable or CorruptRecord (as a rejection): what was answered before that is done.
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { retryQuarantined } from 'clientfold/webhooks'
 * const clients = openClients({ store: openMemoryStore() })
 * const body = Buffer.from('{"type":')
 * await clients.quarantine.keep({ id: 'msg_1', receivedAt: 1716883200000, reason: 'not JSON', body })
 * for await (const retried of retryQuarantined(clients)) {
 *   retried // => { _tag: 'Quarantined', id: 'msg_1', reason: 'not JSON' }
 * }
 */
export async function* retryQuarantined(clients: Clients): AsyncGenerator<Retried, void> {
  for await (const delivery of clients.quarantine.all()) yield await retry(clients, delivery)
}
