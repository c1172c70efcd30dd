import { foldClient, type Moments } from '../domain/fold.js'
import type { ClientEvent } from '../events/client-event.js'
import type { Client } from '../events/client.js'
import { toClient, type ProjectionOptions } from './client.js'

/** A question about a client: which facts take part, and how statuses are read. */
export interface ClientQuery extends Moments, ProjectionOptions {}

/** True if a question does not ask for everything that is known now. */
export const isTravelling = ({ asOf, knownAt }: Moments): boolean =>
  asOf !== undefined || knownAt !== undefined

/**
 * The options by which the answer is read: its clock is `at`, else the moment `asOf`.
 *
 * @example
 * import { projectionOf } from 'clientfold/algebra'
 * projectionOf({ asOf: 1779955200000 }) // => { at: 1779955200000, revoked: undefined }
 */
export const projectionOf = ({ at, asOf, revoked }: ClientQuery): ProjectionOptions => ({
  at: at ?? asOf,
  revoked,
})

/**
 * One client as of a moment, as known at a moment, or both. Null if the client did not exist then.
 *
 * @throws TypeError if the events are of several clients, or a moment is no finite number of epoch
 * milliseconds: a defect of the caller.
 * @example
 * import { clientAsOf, clientIdOf } from 'clientfold'
 * import { exampleEvents } from 'clientfold/testing'
 * const own = exampleEvents.filter((event) => clientIdOf(event) === 'client_grace_phone')
 * clientAsOf(own, { asOf: Date.UTC(2026, 4, 28, 15) })?.session_ids // => ['sess_grace_1']
 * clientAsOf(own, { asOf: Date.UTC(2026, 4, 1) }) // => null
 */
export const clientAsOf = (events: Iterable<ClientEvent>, query: ClientQuery): Client | null =>
  toClient(foldClient(events, query), projectionOf(query))
