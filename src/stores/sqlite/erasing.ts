import { keyOf, tombstoneOf } from '../kit/storage-key.js'
import type { Connection } from './connection.js'
import { deleteNaming } from './quarantine.js'
import type { Statements } from './statements.js'

/**
 * Erases clients, and answers how many events each of them had.
 *
 * `secure_delete` overwrites what is deleted. Yet where SQLite moves rows between pages it can leave
 * a copy behind in the room between them, which no deletion reaches (of a million random words
 * erased, some hundreds stayed). So the file is written anew; and the WAL, which holds the old pages,
 * is emptied.
 */
export const eraseClients = async (
  connection: Connection,
  statements: Statements,
  clientIds: ReadonlyArray<string>,
): Promise<ReadonlyArray<number>> => {
  const counts = await connection.write(() => {
    deleteNaming(statements, clientIds)
    return clientIds.map((clientId) => {
      const [events] = statements.deletions.map((deletion) => deletion.run(keyOf(clientId)))
      statements.insertTombstone.run(tombstoneOf(clientId))
      return Number(events?.changes)
    })
  })
  await connection.rewrite()
  await connection.emptyWal()
  return counts
}
