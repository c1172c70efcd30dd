import type { Clients } from '../../clients/clients.js'
import type { QuarantinedDelivery } from '../../event-store/quarantine.js'
import type { QuarantineEntry, RetryAnswer } from '../../inspect/server-answers.js'
import { describeOutcome } from '../../webhooks/outcome.js'
import { retryDelivery } from '../../webhooks/retry.js'

/** How many deliveries are listed. */
const MOST = 200

/** The oldest deliveries in quarantine, without their bodies. */
export const listQuarantine = async (
  clients: Clients,
): Promise<{ readonly entries: ReadonlyArray<QuarantineEntry>; readonly isCut: boolean }> => {
  const entries: QuarantineEntry[] = []
  for await (const { id, receivedAt, reason, body } of clients.quarantine.all()) {
    if (entries.length === MOST) return { entries, isCut: true }
    entries.push({ id, receivedAt, reason, bytes: body.length })
  }
  return { entries, isCut: false }
}

/** A delivery in quarantine; null if it is not there. */
export const quarantinedDelivery = async (
  clients: Clients,
  id: string,
): Promise<QuarantinedDelivery | null> => {
  for await (const delivery of clients.quarantine.all()) if (delivery.id === id) return delivery
  return null
}

/** Tries again to record a delivery in quarantine; null if it is not there. */
export const retryQuarantinedDelivery = async (
  clients: Clients,
  id: string,
): Promise<RetryAnswer | null> => {
  const delivery = await quarantinedDelivery(clients, id)
  if (delivery === null) return null
  const outcome = await retryDelivery(clients, delivery)
  return { isDone: outcome._tag !== 'Quarantined', sentence: describeOutcome(outcome) }
}
