import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { changed, moved } from './errors.js'

/**
 * Which file a path names: its device and its number there. Undefined for a path without a file.
 *
 * @param isFrozen - adds the size and the time of the last change
 */
export const identityOf = (path: string, isFrozen = false): string | undefined => {
  try {
    const file = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (file === undefined) return undefined
    const { dev, ino, size, mtimeNs } = file
    return isFrozen ? `${dev} ${ino} ${size} ${mtimeNs}` : `${dev} ${ino}`
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
export interface FilePlace {
  /** Whether the path still names the file that was opened. */
  readonly isSame: () => boolean
  /** @throws StoreUnavailable (`moved`) if the path names no file, or another one. */
  readonly check: () => void
  /** Called before each use. It checks now and then, or a frozen file each time. */
  readonly checkBefore: () => void
  /** Called after each reading. It checks a frozen file, which can have changed during the reading. */
  readonly checkAfter: () => void
  /**
   * Syncs what the WAL holds so far, outside of this thread. SQLite syncs the WAL before each checkpoint, in this
   * thread, and then has little left to do. It needs no lock on a WAL, so another opening of it does no harm.
   */
  readonly syncLog: () => Promise<void>
}

const syncFile = async (path: string): Promise<void> => {
  const file = await open(path, 'r')
  try {
    await file.datasync()
  } finally {
    await file.close()
  }
}

/**
 * @param path - the full path
 * @param fileName - how messages name the file
 * @param identity - of the file, from before it was opened
 */
export const placeOf = (path: string, fileName: string, identity = identityOf(path)): FilePlace => {
  /** Of the WAL, which holds what was committed last. SQLite keeps it as long as the file is open. */
  let walIdentity: string | undefined
  let checkedAt = -Infinity
  const isSame = (): boolean => {
    walIdentity ??= identityOf(`${path}-wal`)
    return (
      identityOf(path) === identity &&
      (walIdentity === undefined || identityOf(`${path}-wal`) === walIdentity)
    )
  }
  const check = (): void => {
    if (!isSame()) throw moved(fileName)
  }
  return {
    isSame,
    check,
    checkBefore: () => {
      const now = performance.now()
      if (now - checkedAt < READING_MS) return
      check()
      checkedAt = now
    },
    checkAfter: () => undefined,
    // SQLite syncs it too, and says what fails.
    syncLog: () => syncFile(`${path}-wal`).catch(() => undefined),
  }
}

/** The place of a file that was opened as frozen. SQLite would not notice that another process writes to it. */
export const frozenPlaceOf = (path: string, fileName: string): FilePlace => {
  const identities = (): ReadonlyArray<string | undefined> => [
    identityOf(path, true),
    identityOf(`${path}-wal`, true),
  ]
  const [file, wal] = identities()
  const isSame = (): boolean => {
    const [fileNow, walNow] = identities()
    return fileNow === file && walNow === wal
  }
  const check = (): void => {
    if (!isSame()) throw changed(fileName)
  }
  return { isSame, check, checkBefore: check, checkAfter: check, syncLog: () => Promise.resolve() }
}
