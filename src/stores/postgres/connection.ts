import { setTimeout as delay } from 'node:timers/promises'
import type { Pool, PoolClient, QueryResultRow } from 'pg'
import { StoreUnavailable } from '../../event-store/store-error.js'
import { hasLostStatement, isHarmless, isTransient, unavailable } from './errors.js'
import { createStatementNames, type StatementNames } from './statement-names.js'

/** Runs a statement and returns its rows. A `prepared` statement is not parsed and planned each time. */
export type Query = <Row extends QueryResultRow = QueryResultRow>(
  text: string,
  values?: ReadonlyArray<unknown>,
  isPrepared?: 'prepared',
) => Promise<ReadonlyArray<Row>>

/** A PostgreSQL database. Every failure rejects with `StoreUnavailable`. */
export interface Database {
  /** Runs one statement on a connection of the pool. */
  readonly query: Query
  /** Runs several statements in one transaction. */
  readonly transaction: <A>(work: (query: Query) => Promise<A>) => Promise<A>
}

/** How often work is tried that fails by a deadlock, or because another transaction took an event id. */
const MOST_TRIES = 12

const LONGEST_PAUSE_MILLISECONDS = 64

const queryOn =
  (client: PoolClient, names: StatementNames): Query =>
  async (text, values, isPrepared) => {
    const isNamed = isPrepared !== undefined && names.isOn
    const config = isNamed ? { text, name: names.nameOf(text) } : { text }
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

/** Works with a connection of the pool. A connection that may be broken does not return to the pool. */
const withClient = async <A>(
  pool: Pool,
  names: StatementNames,
  work: (query: Query) => Promise<A>,
): Promise<A> => {
  const client = await takeClient(pool)
  try {
    const result = await work(queryOn(client, names))
    client.release()
    client.off('error', ignoreError)
    return result
  } catch (error) {
    const isBroken = !isHarmless(error)
    client.release(isBroken)
    if (!isBroken) client.off('error', ignoreError)
    throw error
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
    await query('rollback').catch(() => undefined)
    throw error
  }
}

const withRetries = async <A>(names: StatementNames, work: () => Promise<A>): Promise<A> => {
  for (let tries = 1; ; tries++) {
    const wasOn = names.isOn
    try {
      return await work()
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error
      if (wasOn && hasLostStatement(error)) {
        names.isOn = false
        continue
      }
      if (!isTransient(error) || tries === MOST_TRIES) throw unavailable(error)
      await delay(Math.random() * Math.min(2 ** tries, LONGEST_PAUSE_MILLISECONDS))
    }
  }
}

/** The database of a pool. */
export const createDatabase = (pool: Pool): Database => {
  const names = createStatementNames()
  const run = <A>(work: (query: Query) => Promise<A>): Promise<A> =>
    withRetries(names, () => withClient(pool, names, work))
  return {
    query: (text, values, isPrepared) => run((query) => query(text, values, isPrepared)),
    transaction: (work) => run((query) => withTransaction(query, work)),
  }
}
