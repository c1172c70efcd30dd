import { fold, startFold, type Moments } from './fold.js'
import { concatClients, type ClientStates } from './state.js'
import type { ClientEvent } from '../events/client-event.js'
import { concatDeviceFacts, deviceFactsOf, type DeviceFacts } from './device-facts.js'

/** The states of clients, and what is known about the devices of their sessions. */
export interface DeviceStates {
  readonly clients: ClientStates
  /** By the id of the client, then by the id of the session. */
  readonly facts: ReadonlyMap<string, ReadonlyMap<string, DeviceFacts>>
}

/** Nothing is known: the neutral element of {@link concatDevices}. */
export const NO_DEVICES: DeviceStates = { clients: new Map(), facts: new Map() }

const concatMaps = <A>(
  left: ReadonlyMap<string, A>,
  right: ReadonlyMap<string, A>,
  concat: (left: A, right: A) => A,
): ReadonlyMap<string, A> => {
  const joined = new Map(left)
  for (const [key, value] of right) {
    const present = joined.get(key)
    joined.set(key, present === undefined ? value : concat(present, value))
  }
  return joined
}

/**
 * Joins what two sources know about devices: associative, commutative and idempotent.
 *
 * @example
 * import { concatDevices, foldDevices } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * const [first, second] = [foldDevices(exampleEvents.slice(0, 9)), foldDevices(exampleEvents.slice(6))]
 * concatDevices(first, second).facts // => foldDevices(exampleEvents).facts
 */
export const concatDevices = (left: DeviceStates, right: DeviceStates): DeviceStates => ({
  clients: concatClients(left.clients, right.clients),
  facts: concatMaps(left.facts, right.facts, (ofLeft, ofRight) =>
    concatMaps(ofLeft, ofRight, concatDeviceFacts),
  ),
})

/**
 * Folds events of any number of clients, in any order and with any duplicates, into their states and what
 * is known about their devices. The moments is that of `fold`: the same session versions take part.
 *
 * @example
 * import { foldDevices, toDevices } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * const [tablet] = toDevices(foldDevices(exampleEvents), { userId: 'user_mei' })
 * tablet?.kind // => 'tablet'
 * tablet?.city // => '東京'
 */
export const foldDevices = (events: Iterable<ClientEvent>, moments: Moments = {}): DeviceStates => {
  const { add, clients } = startFold(moments)
  const facts = new Map<string, Map<string, DeviceFacts>>()
  for (const event of events) {
    add(event)
    // The fold of this one event says which of its sessions take part.
    for (const { id, sessions } of fold([event], moments).values()) {
      const ofClient = facts.get(id) ?? new Map<string, DeviceFacts>()
      facts.set(id, ofClient)
      for (const [sessionId, version] of sessions) {
        const said = deviceFactsOf(event, version)
        const present = ofClient.get(sessionId)
        ofClient.set(sessionId, present === undefined ? said : concatDeviceFacts(present, said))
      }
    }
  }
  return { clients, facts }
}
