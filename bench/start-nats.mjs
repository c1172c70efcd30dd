// Starts the temporary NATS server of the tests, with JetStream, which syncs always.
import { loadServers } from './test-servers.mjs'

export const startNats = async () => {
  const { NatsServer } = await loadServers('jetstream')
  return NatsServer.start()
}
