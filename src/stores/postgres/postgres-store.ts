import * as E from 'fp-ts/lib/Either.js'
import type { Pool } from 'pg'
import { checkAppend } from '../kit/append-arguments.js'
import type { Append } from '../kit/appends.js'
import type {
  Appended,
  AppendRefusal,
  EventStore,
  ReadFrom,
} from '../../event-store/event-store.js'
import { createWakeups, followFrom } from '../kit/follow.js'
import { createQueue, type GroupLimits } from '../kit/queue.js'
import { recordOf } from '../kit/event-record.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { recordingOf } from '../kit/recording.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import { createAppender } from './append.js'
import { allClientIds, clientIdsIn } from './client-ids.js'
import { databaseOf, type Database } from './database.js'
import { createEraser } from './erase.js'
import { createNotifier, listen, type Running } from './notifications.js'
import { openSchema } from './open-schema.js'
import { resolveOptions, type PostgresStoreOptions, type Resolved } from './options.js'
import { createQuarantine } from './quarantine.js'
import { lastPositionIn, readAllFrom, readClientFrom } from './read.js'

type Answers = ReadonlyArray<E.Either<AppendRefusal, Appended>>

/** Groups enough for the server and this process to be busy at the same time. */
const GROUPS: GroupLimits<ReadonlyArray<Append>> = {
  groupsAtOnce: 3,
  groupWeight: 200,
  weightOf: (appends) => appends.reduce((events, { records }) => events + records.length, 0),
}

const storeOn = (database: Database, options: Resolved): EventStore => {
  const { pool, ownsPool, schema, now, pollMilliseconds } = options
  const { query } = database
  const wakeups = createWakeups(pollMilliseconds)
  const notifier = createNotifier(query, schema)
  const erase = createEraser(database, schema)
  const writeAppends = createAppender(database, schema)
  let listener: Running | undefined
  let closing: Promise<void> | undefined

  const checkOpen = (): void => {
    if (closing !== undefined) throw new StoreUnavailable('closed', 'the store is closed')
  }
  const whileOpen = async <A>(work: () => Promise<A>): Promise<A> => {
    checkOpen()
    return work()
  }
  const writing = createQueue<ReadonlyArray<Append>, Answers>(async (jobs) => {
    const answers = await writeAppends(jobs.flat())
    if (answers.some((answer) => E.isRight(answer) && answer.right.recorded.length > 0)) {
      wakeups.wake()
      notifier.notify()
    }
    let taken = 0
    return jobs.map((job) => answers.slice(taken, (taken += job.length)))
  }, GROUPS)
  const readAll = (from: ReadFrom = {}): AsyncIterable<RecordedEvent> =>
    readAllFrom(query, schema, checkOpen, from)
  const end = async (): Promise<void> => {
    wakeups.wake()
    await writing.idle()
    await Promise.all([listener?.stop(), notifier.stop()])
    if (ownsPool) await pool.end()
  }

  return {
    append: (clientId, events, expected) =>
      whileOpen(async () => {
        checkAppend(clientId, events)
        const records = events.map((event) => recordOf(event, now()))
        const [answer] = await writing.add([{ clientId, records, expected }])
        if (answer === undefined) throw new Error('every append has an answer')
        return answer
      }),
    record: (events) =>
      whileOpen(async () => {
        const appends = events
          .map((event) => recordOf(event, now()))
          .map((record): Append => ({
            clientId: record.clientId,
            records: [record],
            expected: 'any',
          }))
        return appends.length === 0 ? [] : (await writing.add(appends)).map(recordingOf)
      }),
    readClient: (clientId, fromRevision = 1) =>
      whileOpen(() => readClientFrom(query, schema, clientId, fromRevision)),
    readAll,
    follow: (from = {}) => {
      if (closing === undefined) listener ??= listen(pool, schema, wakeups)
      return followFrom(readAll, wakeups, () => closing !== undefined, from)
    },
    lastPosition: () => whileOpen(() => lastPositionIn(query)),
    clientIds: () => whileOpen(() => allClientIds(query, schema)),
    clientsOfUser: (id) => whileOpen(() => clientIdsIn(query, schema, 'user_clients', id)),
    clientsOfSession: (id) => whileOpen(() => clientIdsIn(query, schema, 'session_clients', id)),
    quarantine: createQuarantine(query, schema, whileOpen),
    erase: (clientId) => whileOpen(() => erase(clientId)),
    close: () => (closing ??= end()),
  }
}

/**
 * Opens a store in a PostgreSQL database (13 or later), and makes it where there is none, unless
 * `create` is false.
 *
 * An event is read once every transaction that is older than its own has ended, in whatever database
 * of the server: a transaction that writes and is kept open holds readers and followers up, and
 * nothing is skipped. Whoever erases must own the tables; what other roles need says `postgresGrants`.
 *
 * @param given - a URL, a `Pool` of `pg` that stays the caller's to end, or options with one of them
 * @throws StoreUnavailable (as a rejection) if the server cannot be reached or refuses, or the store
 *   is of a newer version, or is `missing` and not to be made.
 *
 * @example
 * import { StoreUnavailable } from 'clientfold'
 * import { openPostgresStore } from 'clientfold/postgres'
 * const refused: unknown = await openPostgresStore('postgres://app@127.0.0.1:1/app').catch((error: unknown) => error)
 * refused instanceof StoreUnavailable && refused.reason // => 'unreachable'
 */
export const openPostgresStore = async (
  given: string | Pool | PostgresStoreOptions,
): Promise<EventStore> => {
  const options = await resolveOptions(given)
  const database = databaseOf(options.pool)
  try {
    await openSchema(database, options.schema, options.create)
  } catch (error) {
    if (options.ownsPool) await options.pool.end()
    throw error
  }
  return storeOn(database, options)
}
