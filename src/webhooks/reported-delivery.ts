import type { Clients } from '../clients/clients.js'
import { deliveryWordOf } from './delivery-word.js'
import type { WebhookOutcome } from './outcome.js'

/** Handles a delivery, and reports to the telemetry of the clients how it ended. */
export const reportedDelivery = <Outcome extends WebhookOutcome>(
  { telemetry }: Pick<Clients, 'telemetry'>,
  handle: () => Promise<Outcome>,
): Promise<Outcome> =>
  telemetry === undefined ? handle() : telemetry.delivery(handle, deliveryWordOf)
