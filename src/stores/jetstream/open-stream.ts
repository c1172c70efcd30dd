import type { StreamConfig, StreamInfo } from '@nats-io/jetstream'
import { StoreUnavailable } from '../../event-store/store-error.js'
import { MESSAGE_ID, type Connection } from './connection.js'
import { logSubjects, notesStreamOf } from './subjects.js'
import type { JetStreamUrl } from './url.js'

/** The level of the API since which a server writes batches all or none: that of NATS 2.12. */
const API_LEVEL = 2

const NANOSECONDS = 1_000_000
const DAY_MILLISECONDS = 86_400_000

/** How long the server itself knows the ids of events. It costs about 170 bytes of memory an event. */
export const WINDOW_MILLISECONDS = 2 * DAY_MILLISECONDS

const refuse = (problem: string): never => {
  throw new StoreUnavailable('denied', problem)
}

const CONFIG = {
  retention: 'limits',
  storage: 'file',
  discard: 'new',
  compression: 'none',
  max_age: 0,
  allow_direct: true,
  allow_atomic: true,
  deny_delete: false,
} as const satisfies Partial<StreamConfig>

/** Why a stream is no safe place for a log; undefined if it is one. */
const problemOf = ({ config }: StreamInfo, syncsAlways: boolean): string | undefined => {
  if (config.allow_atomic !== true) {
    return 'writes no batches all or none: set allow_atomic'
  }
  if (!config.allow_direct) return 'has no direct reading: set allow_direct'
  if (config.storage !== 'file') return 'is in memory, and lost when the server stops'
  if ((config.persist_mode as string | undefined) === 'async') {
    return 'answers before it has written: it has persist_mode async'
  }
  if ((config.compression as string | undefined) !== 'none') {
    return 'is compressed: what was erased can come back from a compressed block'
  }
  if (config.max_age > 0 || config.max_msgs > 0 || config.max_msgs_per_subject > 0) {
    return 'deletes old events: it has max_age, max_msgs or max_msgs_per_subject'
  }
  if (config.num_replicas < 2 && !syncsAlways) {
    return 'has one replica, and a server syncs its disk only every two minutes: use 3 replicas, or set sync_interval: always on the server and add sync=always to the URL'
  }
  return undefined
}

const check = (info: StreamInfo, syncsAlways: boolean): StreamInfo => {
  const problem = problemOf(info, syncsAlways)
  return problem === undefined ? info : refuse(`the stream ${info.config.name} ${problem}`)
}

/** The configuration of a stream, which is created if it is missing and may be. */
const openStream = async (
  connection: Connection,
  config: Partial<StreamConfig> & { readonly name: string },
  create: boolean,
): Promise<StreamInfo> => {
  try {
    return await connection.info(config.name)
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || error.reason !== 'missing') throw error
    if (!create) {
      throw new StoreUnavailable('missing', `there is no stream ${config.name}`, error)
    }
    return connection.create(config)
  }
}

/**
 * After a restore of the stream by a server of version 2.15.1, it takes ids again that the stream holds,
 * until it is restarted. So the id of the newest event is published once more: it must be a duplicate.
 */
const checkIds = async (connection: Connection, { config }: StreamInfo): Promise<void> => {
  const { name } = config
  const { allClients, probe } = logSubjects(name)
  const last = await connection.lastOn(name, allClients)
  const id = last?.headers.get(MESSAGE_ID) ?? ''
  const windowMilliseconds = config.duplicate_window / NANOSECONDS
  if (last === undefined || id === '') return
  if (Date.now() - last.time > windowMilliseconds / 2) return
  const answer = await connection.publish({
    subject: probe,
    body: '',
    headers: { [MESSAGE_ID]: id },
  })
  if (answer.code === undefined && answer.isDuplicate) return
  if (answer.code === undefined) await connection.erase(name, answer.seq)
  refuse(
    `the server takes an id again that the stream ${name} holds, as after a restore: restart the servers that have the stream`,
  )
}

/** Opens the streams of a store, and refuses what would lose an event or take one twice. */
export const openStreams = async (
  connection: Connection,
  { stream, replicas, syncsAlways }: JetStreamUrl,
  create: boolean,
): Promise<StreamInfo> => {
  if ((await connection.apiLevel()) < API_LEVEL) {
    refuse(
      `the NATS server has version ${connection.version()}, which writes no batches all or none: use 2.12 or later`,
    )
  }
  const notes = notesStreamOf(stream)
  const shared = { ...CONFIG, num_replicas: replicas } as Partial<StreamConfig>
  const log = await openStream(
    connection,
    {
      ...shared,
      name: stream,
      subjects: logSubjects(stream).stored,
      duplicate_window: WINDOW_MILLISECONDS * NANOSECONDS,
    },
    create,
  )
  check(log, syncsAlways)
  check(
    await openStream(connection, { ...shared, name: notes, subjects: [`${notes}.>`] }, create),
    syncsAlways,
  )
  await checkIds(connection, log)
  return log
}
