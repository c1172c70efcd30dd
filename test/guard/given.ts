import { afterAll } from 'vitest'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clients } from '../../src/clients/clients.js'
import {
  openGuard,
  type Guard,
  type GuardPolicy,
  type GuardSettings,
} from '../../src/guard/guard.js'
import { startServer, type HttpServer } from '../../src/http/server.js'
import { aHandler } from '../http/given.js'

/** A guard that knows all sessions, and lets everything pass that it does not know to be over. */
export const givenGuard = async (
  clients: Clients,
  options: Partial<GuardPolicy & GuardSettings> = {},
): Promise<Guard> => {
  const guard = openGuard({ clients, unknown: 'pass', lagging: 'pass', ...options })
  await guard.ready
  return guard
}

/** Waits until a condition holds, for ten seconds at most. */
export const until = async (holds: () => boolean, milliseconds = 10_000): Promise<void> => {
  for (const end = performance.now() + milliseconds; !holds() && performance.now() < end;) {
    await pause(2)
  }
}

const servers: HttpServer[] = []
afterAll(async () => {
  await Promise.all(servers.map(({ stop }) => stop()))
})

/** A server of the package on loopback. */
export const givenServer = async (clients: Clients): Promise<HttpServer> => {
  const server = await startServer(aHandler(clients), { host: '127.0.0.1', port: 0 })
  servers.push(server)
  return server
}
