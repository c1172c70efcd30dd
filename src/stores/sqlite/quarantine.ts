import { isUtf8 } from 'node:buffer'
import type { QuarantinePlace, QuarantineRecord } from '../kit/quarantine-record.js'
import type { QuarantineEngine } from '../kit/quarantine-engine.js'
import type { StorageKey } from '../kit/storage-key.js'
import { bytesOf } from './blob.js'
import type { Connection } from './connection.js'
import { keysIn } from './keys.js'
import { quarantineChecksumOf } from './quarantine-checksum.js'
import type { QuarantineRow, Statements } from './statements.js'

const problemOf = (row: QuarantineRow): QuarantineRecord['problem'] => {
  if (!isUtf8(bytesOf(row.key)) || !isUtf8(bytesOf(row.about))) return 'not-utf-8'
  return quarantineChecksumOf(row) === Number(row.checksum) ? undefined : 'checksum'
}

const recordOf = (key: StorageKey, row: QuarantineRow): QuarantineRecord => {
  const problem = problemOf(row)
  return {
    key,
    receivedAt: Number(row.received),
    about: bytesOf(row.about).toString(),
    body: bytesOf(row.body),
    ...(problem !== undefined && { problem }),
  }
}

/** One record, or an empty list. */
const readRecord = (
  { quarantined }: Statements,
  key: StorageKey,
): ReadonlyArray<QuarantineRecord> => quarantined(key).map((row) => recordOf(key, row))

const readPlaces = (statements: Statements): ReadonlyArray<QuarantinePlace> =>
  statements
    .quarantineKeys()
    .flatMap(({ keys }) => keysIn(keys))
    .flatMap((key) => readRecord(statements, key))
    .map(({ body: _body, ...place }) => place)

/** The quarantine in the file. */
export const createQuarantineEngine = (
  connection: Connection,
  statements: Statements,
): QuarantineEngine => ({
  keep: async ({ key, receivedAt, about, body }) => {
    const checksum = quarantineChecksumOf({
      key: Buffer.from(key),
      received: String(receivedAt),
      about: Buffer.from(about),
      body,
    })
    // A Buffer, because not every driver takes a plain Uint8Array.
    await connection.write(() =>
      statements.insertQuarantined.run(key, receivedAt, about, Buffer.from(body), checksum),
    )
  },
  places: () => connection.read(() => readPlaces(statements)),
  size: () =>
    connection.read(() => {
      const [row] = statements.quarantineSize()
      const deliveries = Number(row?.deliveries ?? 0)
      return { deliveries, oldestReceivedAt: deliveries === 0 ? null : Number(row?.oldest) }
    }),
  read: (keys) => connection.read(() => keys.flatMap((key) => readRecord(statements, key))),
  remove: async (key) => {
    const { changes } = await connection.write(() => statements.deleteQuarantined.run(key))
    return Number(changes) > 0
  },
})
