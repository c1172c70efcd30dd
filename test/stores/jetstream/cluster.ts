import { setTimeout as pause } from 'node:timers/promises'
import type { EventStore } from '../../../src/event-store/event-store.js'
import { isPassing } from '../../../src/event-store/passing-failure.js'
import { openJetStreamStore } from '../../../src/stores/jetstream/index.js'
import type { NatsServer } from './server.js'

/** Tries again while the servers cannot be used, for a minute at most. */
export const persistently = async <A>(work: () => Promise<A>): Promise<A> => {
  const deadline = performance.now() + 60_000
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || performance.now() > deadline) throw error
      await pause(50)
    }
  }
}

/** Opens the store of a cluster, which takes some seconds after its start. */
export const openClusterStore = (
  servers: ReadonlyArray<NatsServer>,
  stream: string,
): Promise<EventStore> => {
  const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(',')
  return persistently(() => openJetStreamStore(`nats://${hosts}/${stream}`))
}
