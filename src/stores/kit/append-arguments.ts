import { clientIdOf, type ClientEvent } from '../../events/client-event.js'

/**
 * Checks what every store asks of an append's arguments.
 *
 * @throws TypeError if there is no event, or one of another client: a defect of the caller.
 */
export const checkAppend = (clientId: string, events: ReadonlyArray<ClientEvent>): void => {
  if (events.length === 0) throw new TypeError('an append needs an event')
  if (events.some((event) => clientIdOf(event) !== clientId)) {
    throw new TypeError('an append takes events of its client only')
  }
}
