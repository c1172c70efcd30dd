import * as E from 'fp-ts/lib/Either.js'
import type { Clients } from '../clients/clients.js'
import type { QuarantinedDelivery } from '../event-store/quarantine.js'
import { decodeDelivery, recordEvent, type PayloadRefusal } from './delivery.js'
import type {
  DuplicateOutcome,
  ErasedOutcome,
  QuarantinedOutcome,
  RecordedOutcome,
} from './outcome.js'
import { NO_DELETED_USER } from './user-deletion.js'

/** The outcome of a retry. If it is `Quarantined`, the delivery is still in the quarantine. */
export type RetryOutcome = RecordedOutcome | DuplicateOutcome | ErasedOutcome | QuarantinedOutcome

const whyNot = (refusal: PayloadRefusal): Pick<QuarantinedOutcome, 'cause' | 'reason'> => {
  if (refusal._tag === 'Unreadable') return { cause: 'unreadable', reason: refusal.reason }
  const namesNobody = refusal._tag === 'UserDeleted' && refusal.user === null
  return namesNobody
    ? { cause: 'no-user', reason: NO_DELETED_USER }
    : { cause: 'unreadable', reason: 'its type is not one that is recorded' }
}

/** Tries again to record one delivery of the quarantine, which it leaves once it is recorded or erased. */
export const retryDelivery = async (
  clients: Clients,
  { id, body }: QuarantinedDelivery,
): Promise<RetryOutcome> => {
  const decoded = decodeDelivery(Buffer.from(body).toString('utf8'), id)
  if (E.isLeft(decoded)) {
    return { _tag: 'Quarantined', id, ...whyNot(decoded.left) }
  }
  const outcome = await recordEvent(clients, decoded.right, id)
  if (typeof outcome === 'string') {
    return { _tag: 'Quarantined', id, cause: 'id-conflict', reason: outcome }
  }
  // Only once it is durable. If the process ends before this line, the next retry finds a duplicate.
  await clients.quarantine.remove(id)
  return outcome
}

/**
 * Tries again to record the deliveries in quarantine, one after the other: after an upgrade, a newer
 * decoder may read them. A delivery leaves the quarantine once it is recorded, or if its client was
 * erased; every other one stays.
 *
 * @throws StoreUnavailable or CorruptRecord (as a rejection). The outcomes before it are durable.
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { retryQuarantined } from 'clientfold/webhooks'
 * const clients = openClients({ store: openMemoryStore() })
 * const body = Buffer.from('{"type":')
 * await clients.quarantine.keep({ id: 'msg_1', receivedAt: 1716883200000, reason: 'not JSON', body })
 * for await (const outcome of retryQuarantined(clients)) {
 *   outcome // => { _tag: 'Quarantined', id: 'msg_1', cause: 'unreadable', reason: 'not JSON' }
 * }
 */
export async function* retryQuarantined(clients: Clients): AsyncGenerator<RetryOutcome, void> {
  for await (const delivery of clients.quarantine.all())
    yield await retryDelivery(clients, delivery)
}
