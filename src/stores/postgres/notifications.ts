import { setTimeout as delay } from 'node:timers/promises'
import type { Client, ClientConfig, Pool } from 'pg'
import type { Notifications } from '../kit/store-engine.js'
import type { Query } from './connection.js'
import { isReadOnly } from './errors.js'

const SHORTEST_PAUSE_MILLISECONDS = 100
const LONGEST_PAUSE_MILLISECONDS = 5000

/** How often a listener looks whether a standby was promoted: a standby lets no session listen. */
const STANDBY_PAUSE_MILLISECONDS = 30_000

/** How long the end of a connection may take. */
const END_MILLISECONDS = 500

/** One notification stands for all appends within this time. */
const NOTIFY_EVERY_MILLISECONDS = 25

/** Without a wait for the disk: the transaction writes nothing that could be lost. */
const NOTIFY = `select set_config('synchronous_commit', 'off', true), pg_notify($1, '')`

/** Work in the background that can be stopped. */
interface BackgroundWork {
  readonly stop: () => Promise<void>
}

/** The class of a pool's clients. It is there since pg 7, but in no type. */
interface ClientFactory {
  readonly Client?: new (config: ClientConfig) => Client
}

/**
 * Calls `wake` at each notification. It listens on a connection of its own, so that it takes none from
 * the pool. A connection that breaks is opened again; the followers poll meanwhile.
 */
const startListener = (pool: Pool, schema: string, wake: () => void): BackgroundWork => {
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
    const reconnect = (error?: unknown): void => {
      if (isOver) return
      isOver = true
      if (isReadOnly(error)) wait = STANDBY_PAUSE_MILLISECONDS
      next.end().catch(() => undefined)
      timer = setTimeout(connect, wait).unref()
      wait = Math.min(wait * 2, LONGEST_PAUSE_MILLISECONDS)
    }
    next.on('error', reconnect).on('end', () => {
      reconnect()
    })
    next.on('notification', wake)
    const listen = async (): Promise<void> => {
      await next.connect()
      await next.query(`listen ${schema}`)
      wait = SHORTEST_PAUSE_MILLISECONDS
      // Earlier notifications are lost.
      wake()
    }
    listen().catch(reconnect)
  }
  connect()
  return {
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await Promise.race([
        client?.end().catch(() => undefined),
        delay(END_MILLISECONDS, undefined, { ref: false }),
      ])
    },
  }
}

/**
 * Notifies all processes of an append, after its commit. Within the transaction, PostgreSQL would allow
 * only one commit of the whole server at a time. The poll finds what a lost notification would have
 * told.
 */
const createNotifier = (
  query: Query,
  schema: string,
): BackgroundWork & Pick<Notifications, 'notify'> => {
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

/** Notifications on the channel that has the schema's name. */
export const createNotifications = (
  pool: Pool,
  query: Query,
  schema: string,
): Notifications & BackgroundWork => {
  const notifier = createNotifier(query, schema)
  let listener: BackgroundWork | undefined
  return {
    notify: notifier.notify,
    listen: (wake) => {
      listener = startListener(pool, schema, wake)
    },
    stop: async () => {
      await Promise.all([listener?.stop(), notifier.stop()])
    },
  }
}
