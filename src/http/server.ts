import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Handler } from './handler.js'

/** Where a server listens. */
export interface ServerOptions {
  /** 0 for any free port. */
  readonly port: number
  readonly host: string
}

/** A server that is listening. */
export interface HttpServer {
  readonly url: string
  /** Accepts no more connections, answers the requests that it has, and ends. */
  readonly stop: () => Promise<void>
}

/** The server cannot listen on that port. The system's error is the `cause`. */
export class ListenFailed extends Error {
  override readonly name = 'ListenFailed'
}

/**
 * Webhooks arrive within a second, and their sender waits 15 s for the answer: slower requests are cut.
 * Idle connections stay open for longer than the usual 60 s of proxies, so that the proxy closes first.
 */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 65_000,
}

/** How long a stopping server may need to answer its requests. Then it cuts the connections. */
const STOP_PATIENCE_MS = 8000

const reasonOf = ({ code }: NodeJS.ErrnoException, { port, host }: ServerOptions): string => {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use: choose another port`
    case 'EACCES':
      return `this user may not listen on port ${port}: choose a port above 1023`
    default:
      return `cannot listen on port ${port} of ${host}: check the host`
  }
}

/** The open connections of a server that have sent nothing yet: Node does not count them as idle. */
const followUnused = (server: Server): Set<Socket> => {
  const unused = new Set<Socket>()
  server.on('connection', (socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  server.on('request', ({ socket }) => unused.delete(socket))
  return unused
}

const stopServer = async (server: Server, unused: Set<Socket>): Promise<void> => {
  const cut = setTimeout(() => {
    server.closeAllConnections()
  }, STOP_PATIENCE_MS)
  // A connection becomes idle only after its last answer, so look again until all are closed.
  const closeIdle = setInterval(() => {
    server.closeIdleConnections()
  }, 50)
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeIdleConnections()
    for (const socket of unused) if (socket.bytesRead === 0) socket.destroy()
  })
  clearTimeout(cut)
  clearInterval(closeIdle)
}

/**
 * Starts Node's own server for a handler, with time limits for slow senders.
 *
 * @throws ListenFailed if it cannot listen there.
 */
export const startServer = async (
  handler: Handler,
  options: ServerOptions,
): Promise<HttpServer> => {
  const { port, host } = options
  const listener = getRequestListener(handler.fetch, { hostname: host })
  const server = createServer(TIMEOUTS, (incoming, outgoing) => void listener(incoming, outgoing))
  const unused = followUnused(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new ListenFailed(reasonOf(error, options), { cause: error }))
    })
    server.listen(port, host, resolve)
  })
  const bound = server.address() as AddressInfo
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
  const stop = (): Promise<void> => {
    handler.close()
    return stopServer(server, unused)
  }
  return { url: `http://${name}:${bound.port}`, stop }
}
