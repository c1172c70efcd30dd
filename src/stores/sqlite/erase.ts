import type { ErasureRequest } from '../kit/store-engine.js'
import type { Connection } from './connection.js'
import { deleteMentioning } from './quarantine.js'
import type { Statements } from './statements.js'

/**
 * Erases clients, and answers how many events each of them had.
 *
 * `secure_delete` overwrites deleted rows. But when SQLite moves rows between pages, it can leave
 * copies in the free space of a page, which no deletion reaches (of a million random words that were
 * erased, some hundreds stayed). So the file is rewritten, and the WAL, which holds the old pages, is
 * emptied.
 */
export const eraseClients = async (
  connection: Connection,
  statements: Statements,
  { clients, mentions }: ErasureRequest,
): Promise<ReadonlyArray<number>> => {
  const counts = await connection.write(() => {
    deleteMentioning(statements, mentions)
    return clients.map(({ key, tombstone }) => {
      const [events] = statements.deletions.map((deletion) => deletion.run(key))
      statements.insertTombstone.run(tombstone)
      return Number(events?.changes)
    })
  })
  await connection.rewrite()
  await connection.emptyWal()
  return counts
}
