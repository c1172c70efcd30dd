import { hash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Pool, PoolClient, QueryResultRow } from 'pg'
import { StoreUnavailable } from '../../event-store/store-error.js'
import { hasLostStatement, isHarmless, isTransient, unavailable } from './postgres-error.js'

/** Asks one thing of the server; what is `prepared` is not parsed and planned each time. */
export type Query = <Row extends QueryResultRow = QueryResultRow>(
  text: string,
  values?: ReadonlyArray<unknown>,
  isPrepared?: 'prepared',
) => Promise<ReadonlyArray<Row>>

/** The store's way to the server; whatever goes wrong there rejects with `StoreUnavailable`. */
export interface Database {
  /** One statement, on a connection of the pool. */
  readonly query: Query
  /** Several statements, of which all are done or none. */
  readonly transaction: <A>(work: (query: Query) => Promise<A>) => Promise<A>
}

/** How often a deadlock, or an event id that was taken meanwhile, is tried again. */
const MOST_TRIES = 12

const LONGEST_PAUSE_MILLISECONDS = 64

/** The names of prepared statements, as long as nothing on the way turns out to forget them. */
interface Naming {
  isOn: boolean
  readonly nameOf: (text: string) => string
}

/**
 * A connection keeps the plan of a name, and one that was made while the tables were small would read
 * all of them later. So a statement gets another name whenever its uses have doubled: a plan that has
 * become bad is used no more often than it was when it was good.
 */
const createNaming = (): Naming => {
  const statements = new Map<string, { readonly digest: string; name: string; uses: number }>()
  const nameOf = (text: string): string => {
    let statement = statements.get(text)
    if (statement === undefined) {
      // A name has 63 bytes at most, and one connection may serve several stores.
      const digest = hash('sha256', text).slice(0, 32)
      statements.set(text, (statement = { digest, name: '', uses: 0 }))
    }
    statement.uses += 1
    const doublings = Math.log2(statement.uses)
    if (Number.isInteger(doublings)) statement.name = `${statement.digest}_${doublings}`
    return statement.name
  }
  return { isOn: true, nameOf }
}

const queryOn =
  (client: PoolClient, naming: Naming): Query =>
  async (text, values, isPrepared) => {
    const isNamed = isPrepared !== undefined && naming.isOn
    const asked = isNamed ? { text, name: naming.nameOf(text) } : { text }
    const { rows } = await client.query(asked, values && [...values])
    return rows as never
  }

/** Without a listener, a connection that breaks while it is lent would end the process. */
const ignore = (): void => undefined

/** With a callback, because a promise's continuation comes too late for an error in the same packet. */
const lend = (pool: Pool): Promise<PoolClient> =>
  new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (client === undefined) {
        reject(error ?? new Error('the pool connects to nothing'))
        return
      }
      client.on('error', ignore)
      resolve(client)
    })
  })

/** Lends a connection; one that may be broken does not go back into the pool. */
const withClient = async <A>(
  pool: Pool,
  naming: Naming,
  work: (query: Query) => Promise<A>,
): Promise<A> => {
  const client = await lend(pool)
  try {
    const result = await work(queryOn(client, naming))
    client.release()
    client.off('error', ignore)
    return result
  } catch (error) {
    const isBroken = !isHarmless(error)
    client.release(isBroken)
    if (!isBroken) client.off('error', ignore)
    throw error
  }
}

const withTransaction = async <A>(query: Query, work: (query: Query) => Promise<A>): Promise<A> => {
  // What is looked up after a lock must be what is there then, whatever the role's default is.
  await query('begin isolation level read committed')
  try {
    const result = await work(query)
    await query('commit')
    return result
  } catch (error) {
    // On a broken connection there is nothing to roll back; the first error tells more.
    await query('rollback').catch(() => undefined)
    throw error
  }
}

const retrying = async <A>(naming: Naming, work: () => Promise<A>): Promise<A> => {
  for (let tries = 1; ; tries++) {
    const wasOn = naming.isOn
    try {
      return await work()
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error
      if (wasOn && hasLostStatement(error)) {
        naming.isOn = false
        continue
      }
      if (!isTransient(error) || tries === MOST_TRIES) throw unavailable(error)
      await delay(Math.random() * Math.min(2 ** tries, LONGEST_PAUSE_MILLISECONDS))
    }
  }
}

/** The database behind a pool. */
export const databaseOf = (pool: Pool): Database => {
  const naming = createNaming()
  const lending = <A>(work: (query: Query) => Promise<A>): Promise<A> =>
    retrying(naming, () => withClient(pool, naming, work))
  return {
    query: (text, values, isPrepared) => lending((query) => query(text, values, isPrepared)),
    transaction: (work) => lending((query) => withTransaction(query, work)),
  }
}
