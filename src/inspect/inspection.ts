import type { ClientEvent } from '../events/client-event.js'
import type { Device } from '../projections/devices.js'

/** A client, and everything that is recorded about it. */
export interface InspectedClient {
  readonly id: string
  /** In the order in which they were recorded. */
  readonly events: ReadonlyArray<ClientEvent>
  /** The revision of each event; absent if the events come from a file. */
  readonly revisions?: ReadonlyArray<number>
}

/** What an id was found as. */
export type FoundAs = 'client' | 'session' | 'user'

/** What the inspector shows: clients with all their events. The page computes everything else from it. */
export interface Inspection {
  /** The id that was searched. */
  readonly id: string
  readonly foundAs: FoundAs
  readonly clients: ReadonlyArray<InspectedClient>
  /** The devices of the user, if a user was searched. */
  readonly devices: ReadonlyArray<Device>
  /** When it was read, in epoch milliseconds: the clock of the page. */
  readonly now: number
}
