import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe } from 'vitest'
import type { ClientEvent } from '../../../src/events/client-event.js'
import type { EventStore } from '../../../src/event-store/event-store.js'
import type { RecordedEvent } from '../../../src/event-store/recorded-event.js'
import { StoreUnavailable } from '../../../src/event-store/store-error.js'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import { aSessionEvent } from '../../given.js'
import { hasPostgres, PostgresServer } from './server.js'

/** Tests with a server of their own. */
export const describeWithPostgres = (
  name: string,
  tests: (server: () => PostgresServer) => void,
  initdbOptions: ReadonlyArray<string> = [],
): void => {
  describe.skipIf(!hasPostgres)(name, () => {
    let server: PostgresServer | undefined
    beforeAll(async () => {
      server = await PostgresServer.start(initdbOptions)
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

/** A store in a new database. */
export const givenStore = async (
  server: PostgresServer,
): Promise<{ readonly store: EventStore; readonly database: string; readonly url: string }> => {
  const database = await server.newDatabase()
  const url = server.url(database)
  return { store: await openPostgresStore(url), database, url }
}

/** One event of a client, with a delivery's id. */
export const anEvent = (clientId: string, id: string): ClientEvent =>
  aSessionEvent({ client_id: clientId, id: `sess_${clientId}`, user_id: 'user_1' }, { id })

/** All events of a store. */
export const readEverything = async (store: EventStore): Promise<ReadonlyArray<RecordedEvent>> => {
  const all: RecordedEvent[] = []
  for await (const recorded of store.readAll()) all.push(recorded)
  return all
}

/** The delivery's id of a recorded event. */
export const deliveryOf = ({ event }: RecordedEvent): string => event.id ?? ''

/** The delivery ids of all events of a store, in their order. */
export const idsIn = async (store: EventStore): Promise<ReadonlyArray<string>> =>
  (await readEverything(store)).map(deliveryOf)

/** What an attempt rejects with. */
export const rejectionOf = async (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => new Error('it did not reject'),
    (error: unknown) => error,
  )

/** The right side, or the test fails. */
export const accepted = <A>(outcome: E.Either<unknown, A>): A => {
  if (E.isLeft(outcome)) throw new Error(`refused: ${JSON.stringify(outcome.left)}`)
  return outcome.right
}

/** The reason and the sentence with which a store is not opened. */
export const refusalOf = async (url: string): Promise<string> => {
  const error = await rejectionOf(openPostgresStore(url))
  if (!(error instanceof StoreUnavailable)) throw new Error('no StoreUnavailable', { cause: error })
  return `${error.reason}: ${error.message}`
}

/** The first of some items; undefined if there are no items. */
export const firstOf = async (items: AsyncIterable<unknown>): Promise<unknown> => {
  for await (const item of items) return item
  return undefined
}
