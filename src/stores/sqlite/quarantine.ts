import { namesClient } from '../kit/mentions-client.js'
import { inOrder, quarantineRecordOf, readQuarantined } from '../kit/quarantine-record.js'
import type { Quarantine, QuarantinedDelivery } from '../../event-store/quarantine.js'
import { keyOf, type StorageKey } from '../kit/storage-key.js'
import type { Connection } from './connection.js'
import type { Statements } from './statements.js'

const read = ({ quarantined }: Statements, key: StorageKey): ReadonlyArray<QuarantinedDelivery> =>
  quarantined(key).map(({ received_at: receivedAt, about, body }) =>
    readQuarantined({ receivedAt: Number(receivedAt), about, body: new Uint8Array(body) }),
  )

const keysInOrder = ({ quarantinePlaces }: Statements): ReadonlyArray<StorageKey> =>
  inOrder(
    quarantinePlaces().map(({ delivery_key: key, received_at: receivedAt, about }) => ({
      key,
      receivedAt: Number(receivedAt),
      about,
    })),
  )

/** Deletes what names one of these clients, within a transaction. */
export const deleteNaming = (statements: Statements, clientIds: ReadonlyArray<string>): void => {
  for (const { delivery_key: key } of statements.quarantinePlaces()) {
    const isNaming = read(statements, key).some(({ body }) =>
      clientIds.some((clientId) => namesClient(body, clientId)),
    )
    if (isNaming) statements.deleteQuarantined.run(key)
  }
}

/** The quarantine in the file. */
export const createQuarantine = (
  connection: Connection,
  statements: Statements,
  checkOpen: () => void,
): Quarantine => ({
  keep: async (delivery) => {
    const { key, receivedAt, about, body } = quarantineRecordOf(delivery)
    checkOpen()
    // Not every driver takes a plain Uint8Array; all take a Buffer.
    await connection.write(() =>
      statements.insertQuarantined.run(key, receivedAt, about, Buffer.from(body)),
    )
  },
  all: async function* () {
    checkOpen()
    for (const key of await connection.read(() => keysInOrder(statements))) {
      checkOpen()
      yield* await connection.read(() => read(statements, key))
    }
  },
  remove: async (id) => {
    checkOpen()
    const { changes } = await connection.write(() => statements.deleteQuarantined.run(keyOf(id)))
    return Number(changes) > 0
  },
})
