import { foldClient } from '../domain/fold.js'
import type { Horizon } from '../domain/horizon.js'
import type { ClientEvent } from '../events/client-event.js'
import type { Client } from '../events/client.js'
import { toClient, type ProjectionOptions } from './client.js'

/** From which moments a client is looked at: what takes part, and how it is read. */
export interface View extends Horizon, ProjectionOptions {}

/** How a view reads what it folded: its clock is `at`, else the moment `asOf` that it travels to. */
export const projectionOf = ({ at, asOf, revoked }: View): ProjectionOptions => ({
  at: at ?? asOf,
  revoked,
})

/**
 * One client as of a moment, as known at a moment, or both: null if it did not exist then.
 *
 * @throws TypeError if the events are of several clients: a defect of the caller.
 */
export const clientAsOf = (events: Iterable<ClientEvent>, view: View): Client | null =>
  toClient(foldClient(events, view), projectionOf(view))
