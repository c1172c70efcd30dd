import type * as JetStreamClient from '@nats-io/jetstream'
import type * as Transport from '@nats-io/transport-node'
import { StoreUnavailable } from '../../event-store/store-error.js'

const missing = (cause: unknown): never => {
  throw new StoreUnavailable(
    'unreachable',
    'the NATS client is not installed: run `npm install @nats-io/jetstream @nats-io/transport-node`',
    cause,
  )
}

/** The client, which is loaded only when a store is opened. */
export interface Driver {
  readonly transport: typeof Transport
  readonly jetstream: typeof JetStreamClient
}

/** @throws StoreUnavailable if the client is not installed. */
export const loadDriver = async (): Promise<Driver> => {
  const [transport, jetstream] = await Promise.all([
    import('@nats-io/transport-node'),
    import('@nats-io/jetstream'),
  ]).catch(missing)
  return { transport, jetstream }
}
