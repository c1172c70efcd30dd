import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A way to the server that can become a black hole, which takes everything and never answers. */
export interface Route {
  readonly port: number
  readonly swallow: () => void
  /** Cuts all connections. New ones lead to another server, as after a switch-over. */
  readonly leadTo: (serverPort: number) => void
  readonly close: () => Promise<void>
}

/** Stands between the store and the server. */
export const openRoute = async (serverPort: number): Promise<Route> => {
  let isSwallowing = false
  let target = serverPort
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (fromClient) => {
    sockets.add(fromClient)
    fromClient.on('error', () => undefined)
    if (isSwallowing) {
      fromClient.resume()
      return
    }
    const toServer = connect(target, '127.0.0.1')
    sockets.add(toServer)
    fromClient.on('close', () => toServer.destroy())
    toServer.on('close', () => fromClient.destroy())
    toServer.on('error', () => undefined)
    fromClient.on('data', (bytes) => {
      if (!isSwallowing) toServer.write(bytes)
    })
    fromClient.on('end', () => {
      if (!isSwallowing) toServer.end()
    })
    toServer.on('data', (bytes) => {
      if (!isSwallowing) fromClient.write(bytes)
    })
    toServer.on('end', () => {
      if (!isSwallowing) fromClient.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    swallow: () => {
      isSwallowing = true
    },
    leadTo: (port) => {
      target = port
      for (const socket of sockets) socket.destroy()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
