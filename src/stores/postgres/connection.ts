import { setTimeout as delay } from 'node:timers/promises'
import type { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg'
import { ForeignPosition, StoreUnavailable } from '../../event-store/store-error.js'
import {
  hasLostConnection,
  hasLostStatement,
  isHarmless,
  isTransient,
  unavailable,
} from './errors.js'
import { createStatementNames, type StatementNames } from './statement-names.js'

/**
 * Runs a statement and returns its rows. A `prepared` statement is not parsed and planned each time. An
 * `unbounded` one may take as long as it needs.
 */
export type Query = <Row extends QueryResultRow = QueryResultRow>(
  text: string,
  values?: ReadonlyArray<unknown>,
  kind?: 'prepared' | 'unbounded',
) => Promise<ReadonlyArray<Row>>

/** A PostgreSQL database. Every failure rejects with `StoreUnavailable`. */
export interface Database {
  /** Runs one statement on a connection of the pool. */
  readonly query: Query
  /** Runs several statements in one transaction. */
  readonly transaction: <A>(work: (query: Query) => Promise<A>) => Promise<A>
  /** Runs statements on one connection, which is closed afterwards, so that its settings end with it. */
  readonly session: <A>(work: (query: Query) => Promise<A>) => Promise<A>
  /** Runs this on one connection now, and on each other one before its first use. */
  readonly setUpConnections: (setUp: (query: Query) => Promise<void>) => Promise<void>
}

/** The pool of a database, and how long it may take to answer. */
export interface DatabaseSettings {
  readonly pool: Pool
  /** After this time without an answer, the server counts as dead, and its connection is closed. */
  readonly answerMilliseconds: number
}

/** How often work is tried that fails by a deadlock, or because another transaction took an event id. */
const MOST_TRIES = 12

const LONGEST_PAUSE_MILLISECONDS = 64

/** The longest time that a timer can wait: 24 days. */
const NO_BOUND_MILLISECONDS = 2 ** 31 - 1

const queryOn =
  (client: PoolClient, names: StatementNames, answerMilliseconds: number): Query =>
  async (text, values, kind) => {
    const config: QueryConfig & { query_timeout: number } = {
      text,
      query_timeout: kind === 'unbounded' ? NO_BOUND_MILLISECONDS : answerMilliseconds,
    }
    if (kind === 'prepared' && names.isOn) config.name = names.nameOf(text)
    const { rows } = await client.query(config, values && [...values])
    return rows as never
  }

/** Without a listener, a connection that breaks while it is in use would end the process. */
const ignoreError = (): void => undefined

/** With a callback, because a promise's continuation comes too late for an error in the same packet. */
const takeClient = (pool: Pool): Promise<PoolClient> =>
  new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (client === undefined) {
        reject(error ?? new Error('the pool has no connection'))
        return
      }
      client.on('error', ignoreError)
      resolve(client)
    })
  })

/** The connections of a pool, of which those that may be broken are not used again. */
class Connections {
  readonly #settings: DatabaseSettings
  readonly #names: StatementNames
  /** How many connections had been found broken when each connection was opened. */
  readonly #breaksBefore = new WeakMap<PoolClient, number>()
  readonly #ready = new WeakSet<PoolClient>()
  #breaks = 0
  #setUp: ((query: Query) => Promise<void>) | undefined

  constructor(settings: DatabaseSettings, names: StatementNames) {
    this.#settings = settings
    this.#names = names
    settings.pool.on('connect', (client) => {
      this.#breaksBefore.set(client, this.#breaks)
    })
  }

  setUp(setUp: (query: Query) => Promise<void>): void {
    this.#setUp = setUp
  }

  /** Works with a connection of the pool, which returns to the pool if it is certain to be usable. */
  async use<A>(work: (query: Query) => Promise<A>, mayReturn: boolean): Promise<A> {
    const client = await this.#take()
    const query = queryOn(client, this.#names, this.#settings.answerMilliseconds)
    try {
      if (this.#setUp !== undefined && !this.#ready.has(client)) {
        await this.#setUp(query)
        this.#ready.add(client)
      }
      const result = await work(query)
      client.release(!mayReturn)
      if (mayReturn) client.off('error', ignoreError)
      return result
    } catch (error) {
      const isBroken = !isHarmless(error)
      if (isBroken) this.#breaks += 1
      client.release(isBroken || !mayReturn)
      if (!isBroken && mayReturn) client.off('error', ignoreError)
      throw error
    }
  }

  /** A connection that is younger than the last break: what broke one may have broken all older ones. */
  async #take(): Promise<PoolClient> {
    for (;;) {
      const client = await takeClient(this.#settings.pool)
      if ((this.#breaksBefore.get(client) ?? 0) === this.#breaks) return client
      client.release(true)
    }
  }
}

const withTransaction = async <A>(query: Query, work: (query: Query) => Promise<A>): Promise<A> => {
  // Whatever the role's default is: a look-up after a lock must see what was committed before it.
  await query('begin isolation level read committed')
  try {
    const result = await work(query)
    await query('commit')
    return result
  } catch (error) {
    // A broken connection has no transaction to roll back, and the first error says more.
    if (isHarmless(error)) await query('rollback').catch(() => undefined)
    throw error
  }
}

/**
 * Works again after an error that may not come again. After a lost connection, once: every work of a
 * store can be repeated, because an event is known by its id.
 */
const withRetries = async <A>(names: StatementNames, work: () => Promise<A>): Promise<A> => {
  let hasReconnected = false
  for (let tries = 1; ; tries++) {
    const wasOn = names.isOn
    try {
      return await work()
    } catch (error) {
      if (error instanceof StoreUnavailable || error instanceof ForeignPosition) throw error
      if (wasOn && hasLostStatement(error)) {
        names.isOn = false
        continue
      }
      if (!hasReconnected && hasLostConnection(error)) {
        hasReconnected = true
        continue
      }
      if (!isTransient(error) || tries === MOST_TRIES) throw unavailable(error)
      await delay(Math.random() * Math.min(2 ** tries, LONGEST_PAUSE_MILLISECONDS))
    }
  }
}

/** The database of a pool. */
export const createDatabase = (settings: DatabaseSettings): Database => {
  const names = createStatementNames()
  const connections = new Connections(settings, names)
  const run = <A>(work: (query: Query) => Promise<A>, mayReturn = true): Promise<A> =>
    withRetries(names, () => connections.use(work, mayReturn))
  return {
    query: (text, values, kind) => run((query) => query(text, values, kind)),
    transaction: (work) => run((query) => withTransaction(query, work)),
    session: (work) => run(work, false),
    setUpConnections: (setUp) => {
      connections.setUp(setUp)
      return run(() => Promise.resolve())
    },
  }
}
