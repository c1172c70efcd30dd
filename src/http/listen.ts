import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Handler } from './handler.js'

/** Where a server is to listen. */
export interface ListenOptions {
  /** 0 for any that is free. */
  readonly port: number
  readonly host: string
}

/** A server that listens. */
export interface Listening {
  readonly url: string
  /** Takes no more connections, answers what was asked, and ends. */
  readonly stop: () => Promise<void>
}

/** The server cannot listen there. The system's error is the `cause`. */
export class ListenFailed extends Error {
  override readonly name = 'ListenFailed'
}

/**
 * Whoever sends slower than this is no sender of webhooks: they come within a second, and the sender
 * waits 15 s for the answer. Connections are kept for longer than the 60 s of usual proxies, so that it is
 * they who close them.
 */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 65_000,
}

/** What was asked is answered within this; then connections are cut. */
const STOP_PATIENCE_MS = 10_000

const reasonOf = ({ code }: NodeJS.ErrnoException, { port, host }: ListenOptions): string => {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is in use`
    case 'EACCES':
      return `this user may not listen on port ${port}`
    default:
      return `cannot listen on port ${port} of ${host}`
  }
}

const stopServer = async (server: Server): Promise<void> => {
  const cut = setTimeout(() => {
    server.closeAllConnections()
  }, STOP_PATIENCE_MS)
  // A connection that is kept open is idle only once its last answer is out.
  const closeIdle = setInterval(() => {
    server.closeIdleConnections()
  }, 50)
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeIdleConnections()
  })
  clearTimeout(cut)
  clearInterval(closeIdle)
}

/**
 * Serves a handler with Node's own server, with bounds for slow senders.
 *
 * @throws ListenFailed if it cannot listen there.
 */
export const listen = async (handler: Handler, options: ListenOptions): Promise<Listening> => {
  const { port, host } = options
  const listener = getRequestListener(handler.fetch, { hostname: host })
  const server = createServer(TIMEOUTS, (incoming, outgoing) => void listener(incoming, outgoing))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new ListenFailed(reasonOf(error, options), { cause: error }))
    })
    server.listen(port, host, resolve)
  })
  const { port: taken, address, family } = server.address() as AddressInfo
  const name = family === 'IPv6' ? `[${address}]` : address
  return { url: `http://${name}:${taken}`, stop: () => stopServer(server) }
}
