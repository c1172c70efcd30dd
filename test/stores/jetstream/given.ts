import { afterAll, beforeAll, describe } from 'vitest'
import { hasNats, NatsServer, type NatsOptions } from './server.js'

/** Tests with a server of their own. */
export const describeWithNats = (
  name: string,
  tests: (server: () => NatsServer) => void,
  options: NatsOptions = {},
): void => {
  describe.skipIf(!hasNats)(name, () => {
    let server: NatsServer | undefined
    beforeAll(async () => {
      server = await NatsServer.start(options)
    })
    afterAll(async () => {
      await server?.stop()
    })
    tests(() => {
      if (server === undefined) throw new Error('the server was not started')
      return server
    })
  })
}
