import { setTimeout as delay } from 'node:timers/promises'
import type { Msg, NatsConnection } from '@nats-io/transport-node'
import type {
  ConsumerConfig,
  ConsumerInfo,
  JetStreamManager,
  StreamConfig,
  StreamInfo,
} from '@nats-io/jetstream'
import { StoreUnavailable } from '../../event-store/store-error.js'
import { readDirect, type DirectRequest } from './direct.js'
import type { Driver } from './driver.js'
import { codeOf, isPassing, unavailable } from './errors.js'
import type { StreamMessage } from './message.js'
import { pullMessages, type Pulled, type PullRequest } from './pull.js'
import type { JetStreamUrl, NatsUser } from './url.js'

/** A message to publish. */
export interface NewMessage {
  readonly subject: string
  readonly body: string | Uint8Array
  readonly headers: Readonly<Record<string, string | number>>
}

/** The answer to a publish: where the message is, or was already; or the code of the refusal. */
export type PublishAnswer =
  | { readonly seq: number; readonly isDuplicate: boolean; readonly code?: never }
  | { readonly code: number; readonly seq?: never }

/** Names of headers of the server. */
export const MESSAGE_ID = 'Nats-Msg-Id'
export const EXPECTED_LAST = 'Nats-Expected-Last-Subject-Sequence'

/** The codes with which the server refuses a message because of what was written before it. */
export const CONFLICTS: ReadonlySet<number> = new Set([10071, 10158, 10164, 10176])
export const DUPLICATE_IN_BATCH = 10201
const NO_CONSUMER = 10014
/** The server says one of these where a consumer of the name has another start. */
const CONSUMER_EXISTS: ReadonlySet<number> = new Set([10012, 10013, 10148])

/** The space that the streams of an account take. */
export interface AccountSpace {
  readonly usedBytes: number
  /** Undefined without a limit. */
  readonly mostBytes: number | undefined
}

/** JetStream, as the store uses it. Every failure rejects with `StoreUnavailable`. */
export interface Connection {
  readonly publish: (message: NewMessage) => Promise<PublishAnswer>
  /** Publishes all or none. The answer has the place of the last message. */
  readonly publishBatch: (messages: ReadonlyArray<NewMessage>) => Promise<PublishAnswer>
  /** The last message on a subject, from the leader. */
  readonly lastOn: (stream: string, subject: string) => Promise<StreamMessage | undefined>
  /** The message at a place, from the leader. */
  readonly messageAt: (stream: string, seq: number) => Promise<StreamMessage | undefined>
  /** Messages from any server that has the stream. It may lag behind the leader. */
  readonly direct: (stream: string, request: DirectRequest) => Promise<ReadonlyArray<StreamMessage>>
  /** The subjects that have messages, from the leader. */
  readonly subjects: (stream: string, filter: string) => Promise<ReadonlyArray<string>>
  /** Overwrites a message and removes it. */
  readonly erase: (stream: string, seq: number) => Promise<void>
  readonly info: (stream: string) => Promise<StreamInfo>
  readonly create: (
    config: Partial<StreamConfig> & { readonly name: string },
  ) => Promise<StreamInfo>
  /** What a consumer is; undefined if it does not exist. */
  readonly consumer: (stream: string, name: string) => Promise<ConsumerInfo | undefined>
  /** Creates a consumer. One of that name that another process has created meanwhile stays. */
  readonly createConsumer: (
    stream: string,
    config: Partial<ConsumerConfig> & { readonly durable_name: string },
  ) => Promise<void>
  readonly pull: (
    stream: string,
    consumer: string,
    request: PullRequest,
  ) => Promise<ReadonlyArray<Pulled>>
  /** Acknowledges messages of a consumer, or gives them back. */
  readonly acknowledge: (replies: ReadonlyArray<string>, isDone: boolean) => Promise<void>
  readonly apiLevel: () => Promise<number>
  readonly space: () => Promise<AccountSpace>
  readonly version: () => string
  readonly signal: (subject: string) => void
  readonly listen: (subject: string, wake: () => void) => void
  readonly close: () => Promise<void>
}

const CONNECT_MILLISECONDS = 5000
/** How long one request waits for its answer. */
const ANSWER_MILLISECONDS = 3000
/** How long a request is tried again on a connection that breaks. */
const DEADLINE_MILLISECONDS = 7000
const PAUSE_MILLISECONDS = 50

/** Connects to one of the servers as a user. */
export const connectAs = async (
  { transport }: Driver,
  servers: JetStreamUrl['servers'],
  { user, password, credentials }: NatsUser,
): Promise<NatsConnection> => {
  const { readFile } = await import('node:fs/promises')
  const file =
    credentials === undefined
      ? undefined
      : await readFile(credentials).catch((cause: unknown) => {
          throw new StoreUnavailable('denied', 'the file of creds in the URL cannot be read', cause)
        })
  return transport.connect({
    servers: [...servers],
    ...(user !== undefined && password !== undefined && { user, pass: password }),
    ...(user !== undefined && password === undefined && { token: user }),
    ...(file !== undefined && { authenticator: transport.credsAuthenticator(file) }),
    timeout: CONNECT_MILLISECONDS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    ignoreClusterUpdates: false,
  })
}

/** Does a request again, until it succeeds or the time is over. */
const retrying = async <A>(request: () => Promise<A>): Promise<A> => {
  const deadline = performance.now() + DEADLINE_MILLISECONDS
  for (;;) {
    try {
      return await request()
    } catch (error) {
      if (!isPassing(error) || performance.now() > deadline) throw unavailable(error)
      await delay(PAUSE_MILLISECONDS)
    }
  }
}

const answerOf = (message: Msg): PublishAnswer => {
  const answer = message.json<{
    readonly seq?: number
    readonly duplicate?: boolean
    readonly error?: { readonly err_code: number; readonly description: string }
  }>()
  if (answer.error !== undefined) {
    const { err_code: code, description } = answer.error
    if (CONFLICTS.has(code) || code === DUPLICATE_IN_BATCH) return { code }
    throw Object.assign(new Error(description), { code })
  }
  return { seq: answer.seq ?? 0, isDuplicate: answer.duplicate === true }
}

const requestsOf = (
  nc: NatsConnection,
  manager: JetStreamManager,
  driver: Driver,
): Omit<Connection, 'close' | 'apiLevel' | 'space' | 'version' | 'signal' | 'listen'> => {
  const { transport } = driver
  const headersOf = (headers: NewMessage['headers'], more: NewMessage['headers'] = {}) => {
    const all = transport.headers()
    for (const [name, value] of Object.entries({ ...headers, ...more }))
      all.set(name, String(value))
    return all
  }
  const get = (
    stream: string,
    query: { readonly seq: number } | { readonly last_by_subj: string },
  ): Promise<StreamMessage | undefined> =>
    retrying(async () => {
      const stored = await manager.streams.getMessage(stream, query)
      if (stored === null) return undefined
      const { seq, subject, header: headers, data, time } = stored
      return { seq, subject, headers, data, time: time.getTime() }
    })
  return {
    publish: ({ subject, body, headers }) =>
      retrying(async () =>
        answerOf(
          await nc.request(subject, body, {
            headers: headersOf(headers),
            timeout: ANSWER_MILLISECONDS,
          }),
        ),
      ),
    publishBatch: (messages) =>
      retrying(async () => {
        const batch = transport.nuid.next()
        const part = (index: number) => ({
          'Nats-Batch-Id': batch,
          'Nats-Batch-Sequence': index + 1,
        })
        for (const [index, { subject, body, headers }] of messages.slice(0, -1).entries()) {
          nc.publish(subject, body, { headers: headersOf(headers, part(index)) })
        }
        const last = messages.at(-1)
        if (last === undefined) throw new Error('a batch has messages')
        const { subject, body, headers } = last
        const more = { ...part(messages.length - 1), 'Nats-Batch-Commit': 1 }
        return answerOf(
          await nc.request(subject, body, {
            headers: headersOf(headers, more),
            timeout: ANSWER_MILLISECONDS,
          }),
        )
      }),
    lastOn: (stream, subject) => get(stream, { last_by_subj: subject }),
    messageAt: (stream, seq) => get(stream, { seq }),
    direct: (stream, request) => retrying(() => readDirect(nc, driver, stream, request)),
    subjects: (stream, filter) =>
      retrying(async () => {
        const { state } = await manager.streams.info(stream, { subjects_filter: filter })
        return Object.keys(state.subjects ?? {})
      }),
    erase: (stream, seq) =>
      retrying(async () => {
        try {
          await manager.streams.deleteMessage(stream, seq, true)
        } catch (error) {
          // It is not there any more.
          const { code } = error as { readonly code?: unknown }
          if (code !== 10043 && code !== 10037) throw error
        }
      }),
    info: (stream) => retrying(() => manager.streams.info(stream)),
    consumer: (stream, name) =>
      retrying(async () => {
        try {
          return await manager.consumers.info(stream, name)
        } catch (error) {
          if (codeOf(error) === NO_CONSUMER) return undefined
          throw error
        }
      }),
    createConsumer: (stream, config) =>
      retrying(async () => {
        try {
          await manager.consumers.add(stream, config)
        } catch (error) {
          if (!CONSUMER_EXISTS.has(codeOf(error))) throw error
        }
      }),
    pull: (stream, consumer, request) =>
      retrying(() => pullMessages(nc, driver, stream, consumer, request)),
    acknowledge: (replies, isDone) =>
      retrying(async () => {
        const body = isDone ? '+ACK' : '-NAK'
        const last = replies.at(-1)
        if (last === undefined) return
        for (const reply of replies.slice(0, -1)) nc.publish(reply, body)
        // The server takes them in their order, so the answer to the last one is about all of them.
        await nc.request(last, body, { timeout: ANSWER_MILLISECONDS })
      }),
    create: (config) => retrying(() => manager.streams.add(config)),
  }
}

/** Connects to JetStream. */
export const connect = async (driver: Driver, url: JetStreamUrl): Promise<Connection> => {
  const nc = await connectAs(driver, url.servers, url).catch((error: unknown) => {
    throw unavailable(error)
  })
  const manager = await driver.jetstream.jetstreamManager(nc, { checkAPI: false })
  return {
    ...requestsOf(nc, manager, driver),
    apiLevel: () => retrying(async () => (await manager.getAccountInfo()).api.level ?? 0),
    space: () =>
      retrying(async () => {
        const { storage, limits } = await manager.getAccountInfo()
        const most = limits.max_storage
        return { usedBytes: storage, mostBytes: most > 0 ? most : undefined }
      }),
    version: () => nc.info?.version ?? '',
    signal: (subject) => {
      if (!nc.isClosed()) nc.publish(subject)
    },
    listen: (subject, wake) => {
      nc.subscribe(subject, { callback: wake })
    },
    close: () => nc.close(),
  }
}
