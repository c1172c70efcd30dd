import { statSync } from 'node:fs'
import { moved } from './errors.js'

/** Which file a path names: its device and its number there. Undefined for a path without a file. */
export const identityOf = (path: string): string | undefined => {
  try {
    const file = statSync(path, { bigint: true, throwIfNoEntry: false })
    return file && `${file.dev} ${file.ino}`
  } catch {
    // A folder on the way may not be entered any more: then nothing is known about the file.
    return undefined
  }
}

/** How often readings look whether the file is still in its place. To look takes 2 µs. */
const READING_MS = 100

/**
 * The file of a store at its path. SQLite goes on with the file that it opened, also after another
 * program moved, deleted or replaced it: what is written then is lost with it.
 */
export class FilePlace {
  readonly #path: string
  readonly #fileName: string
  readonly #identity: string | undefined
  /** Of the WAL, which holds what was committed last. SQLite keeps it as long as the file is open. */
  #walIdentity: string | undefined
  #checkedAt = -Infinity

  /**
   * @param path - the full path
   * @param fileName - how messages name the file
   * @param identity - of the file, from before it was opened
   */
  constructor(path: string, fileName: string, identity = identityOf(path)) {
    this.#path = path
    this.#fileName = fileName
    this.#identity = identity
  }

  /** Whether the path still names the file that was opened. */
  isSame(): boolean {
    this.#walIdentity ??= identityOf(`${this.#path}-wal`)
    return (
      identityOf(this.#path) === this.#identity &&
      (this.#walIdentity === undefined || identityOf(`${this.#path}-wal`) === this.#walIdentity)
    )
  }

  /** @throws StoreUnavailable (`moved`) if the path names no file, or another one. */
  check(): void {
    if (!this.isSame()) throw moved(this.#fileName)
  }

  /** As `check`, but not at each call. */
  checkNowAndThen(): void {
    const now = performance.now()
    if (now - this.#checkedAt < READING_MS) return
    this.check()
    this.#checkedAt = now
  }
}
