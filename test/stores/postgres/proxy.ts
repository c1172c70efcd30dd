import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'

/** When a proxy cuts a connection: at which message of the client, and whether the server still gets it. */
export interface Cut {
  readonly message: number
  readonly isForwarded: boolean
}

/** A way to the server on which connections can be lost. */
export interface Proxy {
  readonly port: number
  /** From now on, messages are counted from zero, over all connections; the cut happens once, or never. */
  readonly cutNext: (cut: Cut | undefined) => void
  /** True once the cut has happened. */
  readonly hasCut: () => boolean
  /** True: cuts all connections and refuses new ones, as if the server were away. */
  readonly refuseAll: (isAway: boolean) => void
  readonly close: () => Promise<void>
}

/** Stands between the store and the server, and cuts a connection at a chosen message. */
export const startProxy = async (serverPort: number): Promise<Proxy> => {
  let pending: Cut | undefined
  let count = 0
  const sockets = new Set<Socket>()
  let isRefusing = false
  const server = createServer((fromClient) => {
    if (isRefusing) {
      fromClient.destroy()
      return
    }
    const toServer = connect(serverPort, '127.0.0.1')
    let isCut = false
    const end = (): void => {
      fromClient.destroy()
      // What was forwarded still arrives, and is done.
      toServer.end()
    }
    for (const socket of [fromClient, toServer]) {
      sockets.add(socket)
      socket.on('error', end).on('close', end)
    }
    fromClient.on('data', (bytes) => {
      count += 1
      const cut = count === pending?.message ? pending : undefined
      if (cut === undefined || cut.isForwarded) toServer.write(bytes)
      if (cut === undefined) return
      pending = undefined
      isCut = true
      // The answer is lost, though the server has begun to work on it, or has finished.
      fromClient.destroy()
      if (!cut.isForwarded) toServer.destroy()
    })
    toServer.on('data', (bytes) => {
      if (!isCut) fromClient.write(bytes)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cutNext: (cut) => {
      count = 0
      pending = cut
    },
    hasCut: () => pending === undefined,
    refuseAll: (isAway) => {
      isRefusing = isAway
      if (isAway) for (const socket of sockets) socket.destroy()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
