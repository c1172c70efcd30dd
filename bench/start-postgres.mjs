// Starts the temporary PostgreSQL server of the tests.
import { loadServers } from './test-servers.mjs'

export const startPostgres = async () => {
  const { PostgresServer } = await loadServers('postgres')
  return PostgresServer.start()
}
