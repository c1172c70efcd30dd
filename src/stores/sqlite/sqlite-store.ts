import * as E from 'fp-ts/lib/Either.js'
import { checkAppend } from '../kit/append-arguments.js'
import type { Append } from '../kit/appends.js'
import type {
  Appended,
  AppendRefusal,
  EventStore,
  ReadFrom,
} from '../../event-store/event-store.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import { createWakeups, followFrom } from '../kit/follow.js'
import { createQueue } from '../kit/queue.js'
import { recordOf } from '../kit/event-record.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { recordingOf } from '../kit/recording.js'
import { keyOf } from '../kit/storage-key.js'
import { writeAppends } from './appending.js'
import type { Connection } from './connection.js'
import { eraseClients } from './erasing.js'
import { createQuarantine } from './quarantine.js'
import { clientIdsOf, readAllFrom } from './reading.js'
import { prepareStatements, readRow, type Query } from './statements.js'

/** What the store has to know besides its connection. */
export interface StoreSettings {
  readonly now: () => number
  readonly pollMilliseconds: number
  /** Whether the store closes the driver's handle. */
  readonly isOurs: boolean
}

type Answers = ReadonlyArray<E.Either<AppendRefusal, Appended>>

/** The store on a connection that is set up. */
export const createSqliteStore = (
  connection: Connection,
  { now, pollMilliseconds, isOurs }: StoreSettings,
): EventStore => {
  const statements = prepareStatements(connection.database)
  const wakeups = createWakeups(pollMilliseconds)
  let isClosing = false

  const writing = createQueue<ReadonlyArray<Append>, Answers>(async (jobs) => {
    const answers = await connection.write(() => writeAppends(statements, jobs.flat()))
    if (answers.some((answer) => E.isRight(answer) && answer.right.recorded.length > 0)) {
      wakeups.wake()
    }
    let taken = 0
    return jobs.map((job) => answers.slice(taken, (taken += job.length)))
  })
  const erasing = createQueue<string, number>((ids) => eraseClients(connection, statements, ids))

  const checkOpen = (): void => {
    if (isClosing) throw new StoreUnavailable('closed', 'the store is closed')
  }
  const find = async (
    query: Query<{ readonly client_key: string }>,
    ...ids: ReadonlyArray<string>
  ): Promise<ReadonlyArray<string>> => {
    checkOpen()
    return connection.read(() => clientIdsOf(statements, query(...ids.map(keyOf))))
  }
  const readAll = (from: ReadFrom = {}): AsyncIterable<RecordedEvent> =>
    readAllFrom(connection, statements, checkOpen, from)

  return {
    append: async (clientId, events, expected) => {
      checkAppend(clientId, events)
      checkOpen()
      const at = now()
      const records = events.map((event) => recordOf(event, at))
      const [answer] = await writing.add([{ clientId, records, expected }])
      if (answer === undefined) throw new Error('every append has an answer')
      return answer
    },
    record: async (events) => {
      checkOpen()
      const at = now()
      const appends = events
        .map((event) => recordOf(event, at))
        .map((record): Append => ({
          clientId: record.clientId,
          records: [record],
          expected: 'any',
        }))
      return appends.length === 0 ? [] : (await writing.add(appends)).map(recordingOf)
    },
    readClient: async (clientId, fromRevision = 1) => {
      checkOpen()
      const rows = await connection.read(() =>
        statements.eventsOfClient(keyOf(clientId), fromRevision),
      )
      return rows.map(readRow)
    },
    readAll,
    follow: (from = {}) => followFrom(readAll, wakeups, () => isClosing, from),
    lastPosition: async () => {
      checkOpen()
      const [last] = await connection.read(() => statements.lastPosition())
      if (last === undefined) throw new Error('a maximum has one row')
      return String(last.position)
    },
    clientIds: () => find(statements.clientKeys),
    clientsOfUser: (userId) => find(statements.clientKeysOfUser, userId),
    clientsOfSession: (sessionId) => find(statements.clientKeysOfSession, sessionId),
    quarantine: createQuarantine(connection, statements, checkOpen),
    erase: async (clientId) => {
      checkOpen()
      return erasing.add(clientId)
    },
    close: async () => {
      isClosing = true
      await Promise.all([writing.idle(), erasing.idle()])
      connection.close(isOurs)
      wakeups.wake()
    },
  }
}
