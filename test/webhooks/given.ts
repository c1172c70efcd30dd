import { Webhook } from 'svix'
import { openClients, type Clients } from '../../src/clients/clients.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import type { QuarantinedDelivery } from '../../src/event-store/quarantine.js'
import type { RecordedEvent } from '../../src/event-store/recorded-event.js'
import { createReceiver, type Receiver, type ReceiverOptions } from '../../src/webhooks/receiver.js'
import { aSession, T0 } from '../given.js'

/** Secrets of 24 bytes, as Svix makes them. */
export const SECRET = `whsec_${Buffer.from('clientfold-test-secret-1').toString('base64')}`
export const OTHER_SECRET = `whsec_${Buffer.from('clientfold-test-secret-2').toString('base64')}`

export const ID = 'msg_2gRhUz6fZ0SLa1Qxe8aYxN3bPqK'

/** A request of a sender: three headers and a body. */
export interface Sent {
  readonly id: string
  /** Seconds, as text. */
  readonly timestamp: string
  readonly signature: string
  readonly body: Uint8Array
}

/** A payload as Clerk sends it. It has a user, which is not kept. */
export const aPayload = (differences: object = {}): object => ({
  object: 'event',
  type: 'session.created',
  timestamp: T0,
  instance_id: 'ins_1',
  event_attributes: { http_request: { client_ip: '203.0.113.7', user_agent: 'Example/1.0' } },
  data: { ...aSession(), user: { id: 'user_1', first_name: 'Ada' } },
  ...differences,
})

export const A_BODY = JSON.stringify(aPayload())

export interface Signing {
  readonly id?: string
  readonly secret?: string
  /** Epoch milliseconds. */
  readonly at?: number
}

/** Signs as Svix does, with the package of Svix. */
export const signed = (
  body: string,
  { id = ID, secret = SECRET, at = T0 }: Signing = {},
): Sent => ({
  id,
  timestamp: String(Math.floor(at / 1000)),
  signature: new Webhook(secret).sign(id, new Date(at), body),
  body: Buffer.from(body),
})

export const headersOf = (
  { id, timestamp, signature }: Sent,
  prefix: 'svix' | 'webhook' = 'svix',
): Record<string, string> => ({
  [`${prefix}-id`]: id,
  [`${prefix}-timestamp`]: timestamp,
  [`${prefix}-signature`]: signature,
})

/** The request as the receiver takes it. */
export const requestOf = (sent: Sent) => ({ headers: headersOf(sent), body: sent.body })

export interface Given {
  readonly store: EventStore
  readonly clients: Clients
  readonly receive: Receiver
  readonly events: () => Promise<ReadonlyArray<RecordedEvent>>
  readonly quarantined: () => Promise<ReadonlyArray<QuarantinedDelivery>>
}

export const collected = async <A>(items: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const all: A[] = []
  for await (const item of items) all.push(item)
  return all
}

/** A receiver over a store in memory, at the time of the examples. */
export const givenReceiver = (
  options: Partial<ReceiverOptions> = {},
  store: EventStore = openMemoryStore({ now: () => T0 }),
  now = Date.now(),
): Given => {
  const clients = openClients({ store, now: () => now })
  return {
    store,
    clients,
    receive: createReceiver({ clients, secrets: SECRET, now: () => T0, ...options }),
    events: () => collected(store.readAll()),
    quarantined: () => collected(store.quarantine.all()),
  }
}
