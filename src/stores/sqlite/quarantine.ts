import type { QuarantinePlace, QuarantineRecord } from '../kit/quarantine-record.js'
import type { QuarantineEngine } from '../kit/store-engine.js'
import type { StorageKey } from '../kit/storage-key.js'
import type { Connection } from './connection.js'
import type { Statements } from './statements.js'

const readPlaces = ({ quarantinePlaces }: Statements): ReadonlyArray<QuarantinePlace> =>
  quarantinePlaces().map(({ delivery_key: key, received_at: receivedAt, about }) => ({
    key,
    receivedAt: Number(receivedAt),
    about,
  }))

/** One record, or an empty list. */
const readRecord = (
  { quarantined }: Statements,
  deliveryKey: StorageKey,
): ReadonlyArray<QuarantineRecord> =>
  quarantined(deliveryKey).map(({ delivery_key: key, received_at: receivedAt, about, body }) => ({
    key,
    receivedAt: Number(receivedAt),
    about,
    body: new Uint8Array(body),
  }))

/** The quarantine in the file. */
export const createQuarantineEngine = (
  connection: Connection,
  statements: Statements,
): QuarantineEngine => ({
  keep: async ({ key, receivedAt, about, body }) => {
    // A Buffer, because not every driver takes a plain Uint8Array.
    await connection.write(() =>
      statements.insertQuarantined.run(key, receivedAt, about, Buffer.from(body)),
    )
  },
  places: () => connection.read(() => readPlaces(statements)),
  read: (keys) => connection.read(() => keys.flatMap((key) => readRecord(statements, key))),
  remove: async (key) => {
    const { changes } = await connection.write(() => statements.deleteQuarantined.run(key))
    return Number(changes) > 0
  },
})
