import type { SqlDatabase } from '../../event-store/sql-database.js'

/** A database that refuses work once the store is closed, and whose work the store can wait for. */
export interface GuardedSql {
  readonly database: SqlDatabase
  /** Resolves when no work is running. */
  readonly idle: () => Promise<void>
}

/** Guards the database of an engine; undefined where the engine has none. */
export const guardedSql = (
  sql: SqlDatabase | undefined,
  checkOpen: () => void,
): GuardedSql | undefined => {
  if (sql === undefined) return undefined
  const running = new Set<Promise<unknown>>()
  const guarded =
    (run: SqlDatabase['write']): SqlDatabase['write'] =>
    async (work, isDurable) => {
      checkOpen()
      const result = run(work, isDurable)
      running.add(result)
      try {
        return await result
      } finally {
        running.delete(result)
      }
    }
  return {
    database: { ...sql, read: guarded(sql.read), write: guarded(sql.write) },
    idle: async () => {
      await Promise.allSettled(running)
    },
  }
}
