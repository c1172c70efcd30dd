import type { EventStore } from '../event-store/event-store.js'
import { foldDevices } from '../domain/device-states.js'
import { toDevices, type Device } from '../projections/devices.js'
import { checkHorizon } from './below-horizon.js'
import type { DevicesQuery } from './devices-query.js'
import { readingOf } from './question.js'

/** Reads the devices of a user. */
export type ReadDevices = (userId: string, query: DevicesQuery) => Promise<ReadonlyArray<Device>>

/**
 * Creates a reader of devices. It reads every event of the clients that the user has sessions on: what was
 * said about a device is in no state.
 *
 * @param now - the clock, in epoch milliseconds
 */
export const createDeviceReader =
  (store: EventStore, now: () => number): ReadDevices =>
  async (userId, query) => {
    const clientIds = await store.clientsOfUser(userId)
    const recorded = await Promise.all(clientIds.map((id) => store.readClient(id)))
    const states = foldDevices(
      recorded.flat().map(({ event }) => event),
      query,
    )
    await checkHorizon(store, query)
    const { currentSessionId, impersonated } = query
    const filter = { userId, currentSessionId, impersonated }
    return toDevices(states, filter, readingOf(query, now()))
  }
