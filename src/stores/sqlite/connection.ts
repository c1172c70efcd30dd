import { setImmediate } from 'node:timers/promises'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { SqliteDatabase, SqliteStatement } from './driver.js'
import { checkReadable, makeDurable } from './durability.js'
import { readOnly as readOnlyRefusal, unavailable } from './errors.js'
import type { FilePlace } from './file-place.js'
import { createLockWait, type LockWait } from './lock-wait.js'
import { completeTables, SCHEMA_VERSION, valueOf } from './schema.js'
import { createTurns } from './turns.js'
import { leaveWal, returnToWal } from './upgrade-lock.js'

const isBusy = (error: unknown): boolean =>
  error instanceof StoreUnavailable && error.reason === 'busy'

/** So many pages in the WAL are moved into the file. More would keep the event loop for too long. */
const MOST_LOG_FRAMES = 250

const SAFETY_SETTINGS = {
  durable: 'PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000',
  // https://sqlite.org/pragma.html#pragma_synchronous: a WAL stays consistent with NORMAL.
  consistent: 'PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0',
} as const

type Safety = keyof typeof SAFETY_SETTINGS

/**
 * Where SQLite keeps what it needs for the time of a statement: to undo one that fails halfway, it copies each
 * page that the statement changes. In a file, that is as much writing as the change itself. A rewriting
 * needs room for the whole database, so it goes to the usual place: a file, with most drivers.
 */
const TEMPORARY_PLACES = {
  memory: 'PRAGMA temp_store = MEMORY',
  usual: 'PRAGMA temp_store = DEFAULT',
} as const

/** How many pages the WAL has. */
const logFramesOf = (database: SqliteDatabase): unknown =>
  (database.prepare('PRAGMA wal_checkpoint(NOOP)').get() as { readonly log: unknown }).log

/** How a connection is set up. */
export interface SetUp {
  /** Whether an empty file becomes a store. If not, nothing is written to it. */
  readonly create: boolean
  /** Whether every write is refused. */
  readonly readOnly: boolean
  /** Whether the connection may write at all, so that a file of an older version can be upgraded. */
  readonly mayWrite: boolean
  /** Whether the store opened the file, so that it can close it and open it again. */
  readonly ownsDatabase: boolean
}

/** A connection with durable settings, and the ways to work with it. */
export class Connection {
  readonly database: SqliteDatabase
  readonly #fileName: string
  /** One for each kind of lock: what stops a writer need not stop a reader. */
  readonly #readWait: LockWait
  readonly #writeWait: LockWait
  readonly #rewriteWait: LockWait
  readonly #inTurn = createTurns()
  readonly #place: FilePlace | undefined
  /** Set once the journal is chosen, because the choice can remove a WAL. */
  #checkedPlace: FilePlace | undefined
  /** Set where another process must not turn the file into a WAL file. */
  #journalMode: SqliteStatement | undefined
  /** True while a transaction may be open. It stays true if a rollback failed. */
  #mayHaveTransaction = false
  #isReadOnly = false
  #mayWrite = false
  #ownsDatabase = false
  #isWal = false
  /** As SQLite is set now. */
  #safety: Safety = 'durable'
  #isClosed = false

  /**
   * @param fileName - how messages name the file
   * @param place - of the file, unless the database is in memory
   */
  constructor(
    database: SqliteDatabase,
    fileName: string,
    busyMilliseconds: number,
    place: FilePlace | undefined,
  ) {
    this.database = database
    this.#fileName = fileName
    this.#place = place
    this.#readWait = createLockWait(isBusy, busyMilliseconds)
    this.#writeWait = createLockWait(isBusy, busyMilliseconds)
    this.#rewriteWait = createLockWait(isBusy, busyMilliseconds)
  }

  /** Whether the connection takes writes. */
  get mayWrite(): boolean {
    return this.#mayWrite && !this.#isReadOnly
  }

  /**
   * Makes the connection durable, and upgrades a file of an older version. After this the connection
   * may be used.
   *
   * @throws StoreUnavailable (as a rejection) if the file is not a store that can be used.
   */
  async setUp({ create, readOnly, mayWrite, ownsDatabase }: SetUp): Promise<void> {
    if (mayWrite) await this.#setUpWriter(create, ownsDatabase)
    else await this.#checkReadable()
    this.#isWal = await this.read(
      () => mayWrite && valueOf(this.database.prepare('PRAGMA journal_mode')) === 'wal',
    )
    this.#checkedPlace = this.#place
    this.#isReadOnly = readOnly
    this.#mayWrite = mayWrite
    this.#ownsDatabase = ownsDatabase
    // Not earlier: an upgrade can sort a whole table.
    await this.read(() => {
      this.#keepTemporaryIn('memory')
    })
  }

  #checkReadable(): Promise<void> {
    return this.read(() => {
      checkReadable(this.database, this.#fileName)
    })
  }

  async #setUpWriter(create: boolean, ownsDatabase: boolean): Promise<void> {
    const { isWalSafe, version } = await this.read(() =>
      makeDurable(this.database, this.#fileName, create),
    )
    const isUpgrade = version > 0 && version < SCHEMA_VERSION
    // The caller of a handle may have other handles.
    const wasWal =
      isUpgrade && ownsDatabase && this.#run(() => leaveWal(this.database, this.#fileName, version))
    this.#checkedPlace = this.#place
    if (!isWalSafe) this.#journalMode = this.database.prepare('PRAGMA journal_mode')
    if (version === SCHEMA_VERSION) return
    await this.write(() => {
      completeTables(this.database, this.#fileName)
    })
    if (!wasWal) return
    this.#run(() => {
      returnToWal(this.database)
    })
  }

  /**
   * Does some work, and tries it again while another process holds the file.
   *
   * @throws StoreUnavailable (as a rejection) for every error of the driver.
   */
  read<A>(work: () => A): Promise<A> {
    return this.#inTurn(() => this.#readWait(() => this.#run(work)))
  }

  /**
   * Does some work in one transaction, which is durable before this answers: in the file that is in its
   * place before and after the commit.
   */
  async write<A>(work: () => A): Promise<A> {
    return this.#write(work, 'durable')
  }

  /**
   * As `write`, but a power cut may take back the transaction: as a whole, and together with everything that
   * was committed after it. A WAL then needs no sync for a commit. A rollback journal does.
   */
  async writeConsistent<A>(work: () => A): Promise<A> {
    if (!this.#isWal) return this.#write(work, 'durable')
    const result = await this.#write(work, 'consistent')
    const frames = await this.read(() => Number(logFramesOf(this.database)))
    if (frames >= MOST_LOG_FRAMES) {
      await this.#place?.syncLog()
      // In a turn of its own, because it syncs the file.
      await setImmediate()
      await this.read(() => {
        this.database.exec('PRAGMA wal_checkpoint(PASSIVE)')
      })
    }
    return result
  }

  async #write<A>(work: () => A, safety: Safety): Promise<A> {
    this.#checkMayWrite()
    const transaction = (): A => {
      this.#setSafety(safety)
      this.#mayHaveTransaction = true
      try {
        this.database.exec('BEGIN IMMEDIATE')
        this.#checkJournal()
        const result = work()
        this.#checkedPlace?.check()
        this.database.exec('COMMIT')
        this.#mayHaveTransaction = false
        this.#checkedPlace?.check()
        return result
      } catch (error) {
        this.#endTransaction()
        throw error
      }
    }
    return this.#inTurn(() => this.#writeWait(() => this.#run(transaction)))
  }

  /** Rewrites the whole file without its free space. */
  async rewrite(): Promise<void> {
    this.#checkMayWrite()
    const rewriting = (): void => {
      this.#setSafety('durable')
      this.#keepTemporaryIn('usual')
      try {
        this.database.exec('VACUUM')
      } finally {
        this.#keepTemporaryIn('memory')
      }
    }
    await this.#rewriteWait(() => {
      this.#run(rewriting)
    })
  }

  /** Moves the content of the WAL into the file, and empties the WAL. */
  emptyWal(): Promise<void> {
    const emptying = (): void => {
      if (valueOf(this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)')) === 0) return
      const message =
        `another process is reading ${this.#fileName}, and its WAL still holds the erased bytes: ` +
        'scrub again when that process has finished'
      throw new StoreUnavailable('busy', message)
    }
    return this.#rewriteWait(() => {
      this.#run(emptying)
    })
  }

  /** @param ownsDatabase - whether to close the driver's handle too */
  close(ownsDatabase: boolean): void {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      this.#endTransaction()
      // A WAL without its file may belong to a file that has taken the place, and is left as it is.
      if (!this.#mayWrite || this.#checkedPlace?.isSame() === false) return
      // Leaves a single file if no other process has it open. Otherwise the next opening does this.
      valueOf(this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)'))
    } catch {
      // Nothing is lost: all acknowledged events are in the WAL.
    } finally {
      if (ownsDatabase) this.database.close()
    }
  }

  #run<A>(work: () => A): A {
    try {
      if (this.#isClosed) throw new StoreUnavailable('closed', 'the store is closed')
      this.#endTransaction()
      this.#checkedPlace?.checkBefore()
      const result = work()
      this.#checkedPlace?.checkAfter()
      return result
    } catch (cause) {
      throw unavailable(cause, this.#fileName)
    }
  }

  /** Before the transaction that needs it: so a failure keeps that transaction from beginning. */
  #setSafety(safety: Safety): void {
    if (this.#safety === safety) return
    this.database.exec(SAFETY_SETTINGS[safety])
    this.#safety = safety
  }

  /** Not with a handle of the caller: SQLite would drop the temporary tables of the caller. */
  #keepTemporaryIn(place: keyof typeof TEMPORARY_PLACES): void {
    if (this.#ownsDatabase) this.database.exec(TEMPORARY_PLACES[place])
  }

  #checkMayWrite(): void {
    if (this.#isReadOnly) throw readOnlyRefusal(this.#fileName)
  }

  #endTransaction(): void {
    if (!this.#mayHaveTransaction) return
    try {
      this.database.exec('ROLLBACK')
      this.#mayHaveTransaction = false
    } catch {
      // SQLite has already rolled back, or the next use tries again.
    }
  }

  #checkJournal(): void {
    if (this.#journalMode === undefined || valueOf(this.#journalMode) !== 'wal') return
    const message = `${this.#fileName} has become a WAL file, which this version of SQLite could corrupt: use SQLite 3.51.3 or later`
    throw new StoreUnavailable('denied', message)
  }
}
