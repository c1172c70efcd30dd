// Starts the temporary NATS servers of the tests, with JetStream.
import { loadServers } from './test-servers.mjs'

/** One server, which syncs always. */
export const startNats = async () => {
  const { NatsServer } = await loadServers('jetstream')
  return NatsServer.start()
}

/** Three servers that keep three replicas. */
export const startNatsCluster = async () => {
  const { NatsServer } = await loadServers('jetstream')
  return NatsServer.startCluster()
}
