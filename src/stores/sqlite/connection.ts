import { setTimeout as pause } from 'node:timers/promises'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { SqliteDatabase, SqliteStatement } from './driver.js'
import { makeDurable } from './durability.js'
import { completeTables, SCHEMA_VERSION, valueOf } from './schema.js'
import { unavailable } from './sqlite-error.js'

/** SQLite waits by blocking the process: beyond this, the store waits by itself. */
const LONGEST_BLOCKING_MS = 100

/** How long to pause before another try, by chance, so that contenders do not meet again. */
const pauseMilliseconds = (): number => 1 + Math.random() * 15

const isBusy = (error: unknown): boolean =>
  error instanceof StoreUnavailable && error.reason === 'busy'

/** A connection that is set up, and the ways to work with it. */
export class Connection {
  readonly database: SqliteDatabase
  readonly #file: string
  readonly #busyMilliseconds: number
  /** Set where others must not make the file a WAL file. */
  #journalMode: SqliteStatement | undefined
  /** A transaction may be open that was not ended: a rollback can fail too. */
  #isUnsettled = false
  #isClosed = false

  constructor(database: SqliteDatabase, file: string, busyMilliseconds: number) {
    this.database = database
    this.#file = file
    this.#busyMilliseconds = busyMilliseconds
  }

  /**
   * Sets the connection up, and brings a file of an older version up to this one; then it may be used.
   *
   * @param mayMake - whether an empty file may be made a store; if not, nothing is written to it
   */
  async setUp(mayMake: boolean): Promise<void> {
    const blocking = Math.min(this.#busyMilliseconds, LONGEST_BLOCKING_MS)
    const found = await this.read(() => makeDurable(this.database, this.#file, blocking, mayMake))
    if (!found.isWalSafe) this.#journalMode = this.database.prepare('PRAGMA journal_mode')
    if (found.version === SCHEMA_VERSION) return
    await this.write(() => {
      completeTables(this.database, this.#file)
    })
  }

  /** Does some work, again while another process holds the file, with every error as the port's. */
  async read<A>(work: () => A): Promise<A> {
    const deadline = performance.now() + this.#busyMilliseconds
    for (;;) {
      try {
        if (this.#isClosed) throw new StoreUnavailable('closed', 'the store is closed')
        this.#settle()
        return work()
      } catch (cause) {
        const error = unavailable(cause, this.#file)
        if (!isBusy(error) || performance.now() >= deadline) throw error
      }
      await pause(pauseMilliseconds())
    }
  }

  /** Does some work in one transaction, which is durable when this answers. */
  write<A>(work: () => A): Promise<A> {
    return this.read(() => {
      this.#isUnsettled = true
      try {
        this.database.exec('BEGIN IMMEDIATE')
        this.#checkJournal()
        const result = work()
        this.database.exec('COMMIT')
        this.#isUnsettled = false
        return result
      } catch (error) {
        this.#settle()
        throw error
      }
    })
  }

  /** Writes the whole file anew, without what lies between its rows. */
  rewrite(): Promise<void> {
    return this.read(() => {
      this.database.exec('VACUUM')
    })
  }

  /** Takes all that is in the WAL into the file, and leaves the WAL empty. */
  emptyWal(): Promise<void> {
    return this.read(() => {
      if (valueOf(this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)')) === 0) return
      const message = `${this.#file} is being read by another process, and its WAL still holds what was erased`
      throw new StoreUnavailable('busy', message)
    })
  }

  /** @param isOurs - whether the handle is to be closed, too */
  close(isOurs: boolean): void {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      this.#settle()
      // Leaves one file behind, if nobody else has it open; else the next opening does as much.
      valueOf(this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)'))
    } catch {
      // All that was acknowledged is in the WAL.
    }
    if (isOurs) this.database.close()
  }

  #settle(): void {
    if (!this.#isUnsettled) return
    try {
      this.database.exec('ROLLBACK')
      this.#isUnsettled = false
    } catch {
      // SQLite has rolled back by itself, or the next use tries again.
    }
  }

  #checkJournal(): void {
    if (this.#journalMode === undefined || valueOf(this.#journalMode) !== 'wal') return
    const message = `${this.#file} has become a WAL file, which this version of SQLite could corrupt`
    throw new StoreUnavailable('denied', message)
  }
}
