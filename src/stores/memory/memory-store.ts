import * as E from 'fp-ts/lib/Either.js'
import { checkAppend } from '../kit/append-arguments.js'
import { decideAppend } from '../kit/append-decision.js'
import type {
  Appended,
  AppendRefusal,
  EventStore,
  ExpectedRevision,
  ReadFrom,
} from '../../event-store/event-store.js'
import { namesClient } from '../kit/mentions-client.js'
import {
  inOrder,
  quarantineRecordOf,
  readQuarantined,
  type QuarantineRecord,
} from '../kit/quarantine-record.js'
import type { Quarantine } from '../../event-store/quarantine.js'
import { recordingOf } from '../kit/recording.js'
import { createWakeups, followFrom } from '../kit/follow.js'
import { readRecord, recordOf, writtenAs, type EventRecord } from '../kit/event-record.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { keyOf, tombstoneOf, type StorageKey } from '../kit/storage-key.js'
import { StoreUnavailable } from '../../event-store/store-error.js'

/** What is set when a store is opened. */
export interface MemoryStoreOptions {
  /** The clock that gives `recorded_at`, in epoch milliseconds. */
  readonly now?: () => number
}

interface Row {
  readonly record: EventRecord
  readonly revision: number
  readonly position: number
}

/** All that appends here also wakes: nobody waits for a poll, and 2^31 - 1 ms is the longest timer. */
const NEVER_POLL = 2 ** 31 - 1

const read = ({ record, revision, position }: Row): RecordedEvent =>
  readRecord(record.text, record.recordedAt, revision, String(position))

/** The rows of a store in memory, and the ways to find them. */
class Rows {
  #inOrder: Row[] = []
  lastPosition = 0
  readonly #byEventId = new Map<string, Row>()
  readonly #byClient = new Map<string, Row[]>()
  readonly #erased = new Set<string>()

  ofClient(clientId: string): ReadonlyArray<Row> {
    return this.#byClient.get(clientId) ?? []
  }

  decide(
    clientId: string,
    records: ReadonlyArray<EventRecord>,
    expected: ExpectedRevision,
  ): E.Either<AppendRefusal, ReadonlyArray<EventRecord>> {
    return decideAppend(records, expected, {
      isErased: this.#erased.has(tombstoneOf(clientId)),
      revision: this.ofClient(clientId).length,
      textOf: (eventId) => this.#byEventId.get(eventId)?.record.text,
    })
  }

  write(record: EventRecord): Row {
    const own = this.#byClient.get(record.clientId) ?? []
    this.lastPosition += 1
    const row = { record, revision: own.length + 1, position: this.lastPosition }
    own.push(row)
    this.#byClient.set(record.clientId, own)
    this.#byEventId.set(record.eventId, row)
    this.#inOrder.push(row)
    return row
  }

  /** The first row after a position that is still there. */
  next(after: number): Row | undefined {
    let [low, high] = [0, this.#inOrder.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const row = this.#inOrder[middle]
      if (row !== undefined && row.position <= after) low = middle + 1
      else high = middle
    }
    return this.#inOrder[low]
  }

  clientIds(isWanted: (record: EventRecord) => boolean): ReadonlyArray<string> {
    const wanted = this.#inOrder.filter(({ record }) => isWanted(record))
    return [...new Set(wanted.map(({ record }) => record.clientId))].sort()
  }

  erase(clientId: string): number {
    const own = this.ofClient(clientId)
    for (const { record } of own) this.#byEventId.delete(record.eventId)
    this.#byClient.delete(clientId)
    this.#inOrder = this.#inOrder.filter(({ record }) => record.clientId !== clientId)
    this.#erased.add(tombstoneOf(clientId))
    return own.length
  }
}

/** Runs what is done at once, unless the store is closed. */
type Soon = <A>(work: () => A) => Promise<A>

/** A quarantine in memory, from which a client can be erased. */
const quarantineInMemory = (
  soon: Soon,
): { readonly quarantine: Quarantine; readonly eraseClient: (clientId: string) => void } => {
  const kept = new Map<StorageKey, QuarantineRecord>()
  return {
    eraseClient: (clientId) => {
      for (const { key, body } of [...kept.values()]) {
        if (namesClient(body, clientId)) kept.delete(key)
      }
    },
    quarantine: {
      keep: (delivery) =>
        soon(() => {
          const record = quarantineRecordOf(delivery)
          if (!kept.has(record.key)) kept.set(record.key, record)
        }),
      all: async function* () {
        for (const key of await soon(() => inOrder([...kept.values()]))) {
          const record = await soon(() => kept.get(key))
          if (record !== undefined) yield readQuarantined(record)
        }
      },
      remove: (id) => soon(() => kept.delete(keyOf(id))),
    },
  }
}

/**
 * A store in memory, for tests and for services that keep nothing: durable for as long as the process
 * lives, and bound by every other guarantee of {@link EventStore}.
 *
 * @example
 * import { openMemoryStore } from 'clientfold'
 * const store = openMemoryStore()
 * await store.clientIds() // => []
 */
export const openMemoryStore = ({ now = Date.now }: MemoryStoreOptions = {}): EventStore => {
  const rows = new Rows()
  const wakeups = createWakeups(NEVER_POLL)
  let isClosed = false

  const checkOpen = (): void => {
    if (isClosed) throw new StoreUnavailable('closed', 'the store is closed')
  }
  /** What is done at once, as a promise: also what it throws. */
  const soon: Soon = async (work) => {
    await Promise.resolve()
    checkOpen()
    return work()
  }
  const { quarantine, eraseClient } = quarantineInMemory(soon)
  const appendRecords = (
    clientId: string,
    records: ReadonlyArray<EventRecord>,
    expected: ExpectedRevision,
  ): E.Either<AppendRefusal, Appended> => {
    const decision = rows.decide(clientId, records, expected)
    if (E.isLeft(decision)) return decision
    const recorded = decision.right.map((record) => {
      const { revision, position } = rows.write(record)
      return writtenAs(record, revision, String(position))
    })
    if (recorded.length > 0) wakeups.wake()
    return E.right({ revision: rows.ofClient(clientId).length, recorded })
  }
  async function* readAll({ after = '0', signal }: ReadFrom = {}): AsyncGenerator<RecordedEvent> {
    let row = await soon(() => rows.next(Number(after)))
    while (row !== undefined && signal?.aborted !== true) {
      yield read(row)
      const { position } = row
      row = await soon(() => rows.next(position))
    }
  }

  return {
    append: (clientId, events, expected) =>
      soon(() => {
        checkAppend(clientId, events)
        const records = events.map((event) => recordOf(event, now()))
        return appendRecords(clientId, records, expected)
      }),
    record: (events) =>
      soon(() =>
        events.map((event) => {
          const record = recordOf(event, now())
          return recordingOf(appendRecords(record.clientId, [record], 'any'))
        }),
      ),
    readClient: (clientId, fromRevision = 1) =>
      soon(() =>
        rows
          .ofClient(clientId)
          .slice(fromRevision - 1)
          .map(read),
      ),
    readAll,
    follow: (from = {}) => followFrom(readAll, wakeups, () => isClosed, from),
    lastPosition: () => soon(() => String(rows.lastPosition)),
    clientIds: () => soon(() => rows.clientIds(() => true)),
    clientsOfUser: (userId) =>
      soon(() => rows.clientIds(({ userIds }) => userIds.includes(userId))),
    clientsOfSession: (sessionId) =>
      soon(() => rows.clientIds(({ sessionIds }) => sessionIds.includes(sessionId))),
    quarantine,
    erase: (clientId) =>
      soon(() => {
        eraseClient(clientId)
        return rows.erase(clientId)
      }),
    close: () => {
      isClosed = true
      wakeups.wake()
      return Promise.resolve()
    },
  }
}
