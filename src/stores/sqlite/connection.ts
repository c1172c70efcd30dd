import { setTimeout as pause } from 'node:timers/promises'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { SqliteDatabase, SqliteStatement } from './driver.js'
import { makeDurable } from './durability.js'
import { unavailable } from './errors.js'
import { completeTables, SCHEMA_VERSION, valueOf } from './schema.js'

/** SQLite blocks the process while it waits for a lock. Beyond this time, the store waits instead. */
const LONGEST_BLOCKING_MS = 100

/** A random pause before another try, so that two processes do not collide again. */
const pauseMilliseconds = (): number => 1 + Math.random() * 15

const isBusy = (error: unknown): boolean =>
  error instanceof StoreUnavailable && error.reason === 'busy'

/** A connection with durable settings, and the ways to work with it. */
export class Connection {
  readonly database: SqliteDatabase
  readonly #fileName: string
  readonly #busyMilliseconds: number
  /** Set where another process must not turn the file into a WAL file. */
  #journalMode: SqliteStatement | undefined
  /** True while a transaction may be open. It stays true if a rollback failed. */
  #mayHaveTransaction = false
  #isClosed = false

  /** @param fileName - how messages name the file */
  constructor(database: SqliteDatabase, fileName: string, busyMilliseconds: number) {
    this.database = database
    this.#fileName = fileName
    this.#busyMilliseconds = busyMilliseconds
  }

  /**
   * Makes the connection durable, and upgrades a file of an older version. After this the connection
   * may be used.
   *
   * @param create - whether an empty file becomes a store; if not, nothing is written to it
   */
  async setUp(create: boolean): Promise<void> {
    const blocking = Math.min(this.#busyMilliseconds, LONGEST_BLOCKING_MS)
    const { isWalSafe, version } = await this.read(() =>
      makeDurable(this.database, this.#fileName, blocking, create),
    )
    if (!isWalSafe) this.#journalMode = this.database.prepare('PRAGMA journal_mode')
    if (version === SCHEMA_VERSION) return
    await this.write(() => {
      completeTables(this.database, this.#fileName)
    })
  }

  /**
   * Does some work, and tries it again while another process holds the file.
   *
   * @throws StoreUnavailable (as a rejection) for every error of the driver.
   */
  async read<A>(work: () => A): Promise<A> {
    const deadline = performance.now() + this.#busyMilliseconds
    for (;;) {
      try {
        if (this.#isClosed) throw new StoreUnavailable('closed', 'the store is closed')
        this.#endTransaction()
        return work()
      } catch (cause) {
        const error = unavailable(cause, this.#fileName)
        if (!isBusy(error) || performance.now() >= deadline) throw error
      }
      await pause(pauseMilliseconds())
    }
  }

  /** Does some work in one transaction, which is durable before this answers. */
  write<A>(work: () => A): Promise<A> {
    return this.read(() => {
      this.#mayHaveTransaction = true
      try {
        this.database.exec('BEGIN IMMEDIATE')
        this.#checkJournal()
        const result = work()
        this.database.exec('COMMIT')
        this.#mayHaveTransaction = false
        return result
      } catch (error) {
        this.#endTransaction()
        throw error
      }
    })
  }

  /** Rewrites the whole file without its free space. */
  rewrite(): Promise<void> {
    return this.read(() => {
      this.database.exec('VACUUM')
    })
  }

  /** Moves the content of the WAL into the file, and empties the WAL. */
  emptyWal(): Promise<void> {
    return this.read(() => {
      if (valueOf(this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)')) === 0) return
      const message =
        `another process is reading ${this.#fileName}, and its WAL still holds the erased bytes: ` +
        'scrub again when that process has finished'
      throw new StoreUnavailable('busy', message)
    })
  }

  /** @param ownsDatabase - whether to close the driver's handle too */
  close(ownsDatabase: boolean): void {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      this.#endTransaction()
      // Leaves a single file if no other process has it open. Otherwise the next opening does this.
      valueOf(this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)'))
    } catch {
      // Nothing is lost: all acknowledged events are in the WAL.
    }
    if (ownsDatabase) this.database.close()
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
