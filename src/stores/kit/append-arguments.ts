import { clientIdOf, type ClientEvent } from '../../events/client-event.js'

/**
 * Checks the arguments of an append, the same for every store.
 *
 * @throws TypeError if there is no event, or an event of another client: a defect of the caller.
 */
export const checkAppend = (clientId: string, events: ReadonlyArray<ClientEvent>): void => {
  if (events.length === 0) throw new TypeError('an append needs at least one event')
  if (events.some((event) => clientIdOf(event) !== clientId)) {
    throw new TypeError('an append takes only events of its own client')
  }
}
