import { foldClient } from '../domain/fold.js'
import type { Horizon } from '../domain/horizon.js'
import type { ClientEvent } from '../events/client-event.js'
import type { Client } from '../events/client.js'
import { toClient, type ProjectionOptions } from './client.js'

/** From which moments a client is looked at: what takes part, and how it is read. */
export interface View extends Horizon, ProjectionOptions {}

/**
 * How a view reads what it folded: its clock is `at`, else the moment `asOf` that it travels to.
 *
 * @example
 * import { projectionOf } from 'clientfold'
 * projectionOf({ asOf: 1779955200000 }) // => { at: 1779955200000, revoked: undefined }
 */
export const projectionOf = ({ at, asOf, revoked }: View): ProjectionOptions => ({
  at: at ?? asOf,
  revoked,
})

/**
 * One client as of a moment, as known at a moment, or both: null if it did not exist then.
 *
 * @throws TypeError if the events are of several clients: a defect of the caller.
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { clientAsOf, clientIdOf, parseEvent } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * const own = events.filter((event) => clientIdOf(event) === 'client_grace_phone')
 * clientAsOf(own, { asOf: Date.UTC(2026, 4, 28, 15) })?.session_ids // => ['sess_grace_1']
 * clientAsOf(own, { asOf: Date.UTC(2026, 4, 1) }) // => null
 */
export const clientAsOf = (events: Iterable<ClientEvent>, view: View): Client | null =>
  toClient(foldClient(events, view), projectionOf(view))
