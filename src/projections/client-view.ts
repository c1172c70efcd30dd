import { foldClient, type Horizon } from '../domain/fold.js'
import type { ClientEvent } from '../events/client-event.js'
import type { Client } from '../events/client.js'
import { toClient, type ProjectionOptions } from './client.js'

/** The moments from which a client is viewed: which facts take part, and how statuses are read. */
export interface View extends Horizon, ProjectionOptions {}

/** True if a view does not show everything that is known now. */
export const isTravelling = ({ asOf, knownAt }: View): boolean =>
  asOf !== undefined || knownAt !== undefined

/**
 * The options by which a view is read: its clock is `at`, else the moment `asOf`.
 *
 * @example
 * import { projectionOf } from 'clientfold/algebra'
 * projectionOf({ asOf: 1779955200000 }) // => { at: 1779955200000, revoked: undefined }
 */
export const projectionOf = ({ at, asOf, revoked }: View): ProjectionOptions => ({
  at: at ?? asOf,
  revoked,
})

/**
 * One client as of a moment, as known at a moment, or both. Null if the client did not exist then.
 *
 * @throws TypeError if the events are of several clients: a defect of the caller.
 * @example
 * import { clientAsOf, clientIdOf } from 'clientfold'
 * import { exampleEvents } from 'clientfold/testing'
 * const own = exampleEvents.filter((event) => clientIdOf(event) === 'client_grace_phone')
 * clientAsOf(own, { asOf: Date.UTC(2026, 4, 28, 15) })?.session_ids // => ['sess_grace_1']
 * clientAsOf(own, { asOf: Date.UTC(2026, 4, 1) }) // => null
 */
export const clientAsOf = (events: Iterable<ClientEvent>, view: View): Client | null =>
  toClient(foldClient(events, view), projectionOf(view))
