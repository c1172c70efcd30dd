/**
 * An event store in NATS JetStream, for the service that outgrows one server: `clientfold/jetstream`.
 *
 * @packageDocumentation
 */
export type { JetStreamStoreOptions } from './options.js'
export { openJetStreamStore } from './open.js'
