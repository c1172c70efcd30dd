import type { Notifications } from '../kit/store-engine.js'
import type { SqliteDatabase } from './driver.js'
import { valueOf } from './schema.js'

/** How often a process with followers asks SQLite whether another one has committed: it takes microseconds. */
const ASK_EVERY_MS = 15

/**
 * Notifications of commits by other processes. SQLite sends none, but it has a number that changes with each
 * commit of another connection.
 */
export const createNotifications = (
  database: SqliteDatabase,
): Notifications & { readonly stop: () => void } => {
  let timer: NodeJS.Timeout | undefined
  return {
    listen: (wake) => {
      const question = database.prepare('PRAGMA data_version')
      let version: unknown
      timer = setInterval(() => {
        try {
          const now = valueOf(question)
          if (version !== undefined && now !== version) wake()
          version = now
        } catch {
          // Another process holds the file. The followers poll, and report a failure that lasts.
        }
      }, ASK_EVERY_MS).unref()
    },
    // The number has changed already.
    notify: () => undefined,
    stop: () => {
      clearInterval(timer)
    },
  }
}
