import type { Client, ClientConfig, Pool } from 'pg'
import type { Wakeups } from '../kit/follow.js'
import type { Query } from './database.js'

const SHORTEST_PAUSE_MILLISECONDS = 100
const LONGEST_PAUSE_MILLISECONDS = 5000

/** Tells of the events of many appends at once. */
const NOTIFY_EVERY_MILLISECONDS = 100

/** Nothing is lost with this transaction: it need not wait for the disk. */
const NOTIFY = `select set_config('synchronous_commit', 'off', true), pg_notify($1, '')`

/** Something that runs until it is stopped. */
export interface Running {
  readonly stop: () => Promise<void>
}

/** A pool makes its clients of this; it is there since pg 7, and in no type. */
interface ClientFactory {
  readonly Client?: new (config: ClientConfig) => Client
}

/**
 * Listens on a connection of its own, so that it takes none of the pool's, and wakes the followers. A
 * connection that breaks is opened anew; in the meantime the followers poll.
 */
export const listen = (pool: Pool, schema: string, wakeups: Wakeups): Running => {
  const { Client: NewClient } = pool as ClientFactory
  let client: Client | undefined
  let timer: NodeJS.Timeout | undefined
  let wait = SHORTEST_PAUSE_MILLISECONDS
  let isStopped = false

  const connect = (): void => {
    if (isStopped || NewClient === undefined) return
    const next = new NewClient(pool.options)
    client = next
    let isOver = false
    const reconnect = (): void => {
      if (isOver) return
      isOver = true
      next.end().catch(() => undefined)
      timer = setTimeout(connect, wait).unref()
      wait = Math.min(wait * 2, LONGEST_PAUSE_MILLISECONDS)
    }
    next.on('error', reconnect).on('end', reconnect)
    next.on('notification', () => {
      wakeups.wake()
    })
    const start = async (): Promise<void> => {
      await next.connect()
      await next.query(`listen ${schema}`)
      wait = SHORTEST_PAUSE_MILLISECONDS
      // What was told before is lost.
      wakeups.wake()
    }
    start().catch(reconnect)
  }
  connect()
  return {
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}

/**
 * Tells the listeners of all processes that there is more, after the commit. Within the transaction,
 * PostgreSQL would let only one commit of the whole server happen at a time. What is lost here is
 * found by the poll.
 */
export const createNotifier = (
  query: Query,
  schema: string,
): Running & { readonly notify: () => void } => {
  let timer: NodeJS.Timeout | undefined
  let isDue = false
  let sending: Promise<unknown> = Promise.resolve()
  const send = (): void => {
    isDue = false
    timer = setTimeout(() => {
      timer = undefined
      if (isDue) send()
    }, NOTIFY_EVERY_MILLISECONDS).unref()
    sending = query(NOTIFY, [schema], 'prepared').catch(() => undefined)
  }
  return {
    notify: () => {
      isDue = true
      if (timer === undefined) send()
    },
    stop: async () => {
      clearTimeout(timer)
      timer = undefined
      await sending
    },
  }
}
