import type { Notifications } from '../kit/store-engine.js'
import type { SqliteDatabase } from './driver.js'
import { valueOf } from './schema.js'

/** How often a process with followers asks SQLite whether another one has committed: it takes microseconds. */
const ASK_EVERY_MS = 15

/** How often it asks after a minute without a commit. A revocation is then heard of after half of it. */
const ASK_SELDOM_MS = 60
const SILENCE_MS = 60_000

/**
 * Notifications of commits by other processes. SQLite sends none, but it has a number that changes with each
 * commit of another connection. Notifications of the file system would need no asking, but those of a network
 * file system or of a container's volume do not come.
 */
export const createNotifications = (
  database: SqliteDatabase,
): Notifications & { readonly stop: () => void } => {
  let timer: NodeJS.Timeout | undefined
  let committedAt = performance.now()
  return {
    listen: (wake) => {
      const question = database.prepare('PRAGMA data_version')
      let version: unknown
      const ask = (): void => {
        try {
          const now = valueOf(question)
          if (now !== version) committedAt = performance.now()
          if (version !== undefined && now !== version) wake()
          version = now
        } catch {
          // Another process holds the file. The followers poll, and report a failure that lasts.
        }
        const isSilent = performance.now() - committedAt > SILENCE_MS
        timer = setTimeout(ask, isSilent ? ASK_SELDOM_MS : ASK_EVERY_MS).unref()
      }
      timer = setTimeout(ask, ASK_EVERY_MS).unref()
    },
    // The number has changed already for the others. Where one process writes, another one often answers.
    notify: () => {
      committedAt = performance.now()
    },
    stop: () => {
      clearTimeout(timer)
    },
  }
}
