import * as E from 'fp-ts/lib/Either.js'
import { Time } from '../../events/time-codec.js'
import { clientHashOf } from '../../event-store/client-hash.js'
import type { ForgettingResult } from '../../event-store/compaction.js'
import type { EventStore, ReadFrom } from '../../event-store/event-store.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import type { ScrubOptions } from '../../event-store/store-maintenance.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import { checkAppend } from './append-arguments.js'
import type { Append, AppendAnswer } from './appends.js'
import { backupStore } from './backup-store.js'
import { checkStore } from './check-store.js'
import { compactionBefore } from './client-compaction.js'
import type { ErasureSubject } from './client-erasure.js'
import { forgettingBefore } from './client-forgetting.js'
import { clientIdsOf } from './client-ids.js'
import { readClientRows } from './client-rows.js'
import { readStoredEvent, readUndamaged, recordOf, type StoredEvent } from './event-record.js'
import { consumersOf } from './consumer-engine.js'
import { diagnoseStore } from './diagnose-store.js'
import { createEraser } from './eraser.js'
import { createWakeups, followFrom } from './follow.js'
import { guardedSql } from './guarded-sql.js'
import { oneByOne } from './one-by-one.js'
import { createPendingErasures } from './pending-erasures.js'
import { createQuarantine } from './quarantine.js'
import { createQueue, type Queue } from './queue.js'
import { recordOutcomeOf } from './record-outcome.js'
import { reduceClients } from './reduce-clients.js'
import { restoreStore } from './restore-store.js'
import { keyOf, tombstoneOf } from './storage-key.js'
import type { ReadMode } from './page-request.js'
import type { StoreEngine } from './store-engine.js'

/** Settings of a store that do not depend on the database. */
export interface StoreSettings {
  /** The clock that gives `recorded_at`, in epoch milliseconds. */
  readonly now: () => number
  /** How often a follower looks for events of other processes without being woken. */
  readonly pollMilliseconds: number
}

type Answers = ReadonlyArray<AppendAnswer>

/** Writes appends in groups, and calls `onWritten` after each group of which something was written. */
const createWriter = (
  { write, groupLimits }: StoreEngine,
  onWritten: () => void,
): Pick<Queue<ReadonlyArray<Append>, Answers>, 'add' | 'idle'> => {
  const writeAndReport = async (appends: ReadonlyArray<Append>): Promise<Answers> => {
    const answers = await write(appends)
    if (answers.some((answer) => E.isRight(answer) && answer.right.recorded.length > 0)) {
      onWritten()
    }
    return answers
  }
  if (groupLimits === undefined) return { add: writeAndReport, idle: () => Promise.resolve() }
  return createQueue(async (jobs) => {
    const answers = await writeAndReport(jobs.flat())
    let start = 0
    return jobs.map((job) => answers.slice(start, (start += job.length)))
  }, groupLimits)
}

/** How many losses `erasures` lists at a time. */
const ERASURES = 1000

/** Does one compaction or forgetting after the other. */
const createReducer = (): Queue<() => Promise<ForgettingResult>, ForgettingResult> =>
  createQueue(
    async (works) => {
      const results: ForgettingResult[] = []
      for (const work of works) results.push(await work())
      return results
    },
    { groupWeight: 1 },
  )

const checkMoment = (moment: number): void => {
  if (!Time.is(moment)) {
    throw new TypeError('the moment must be a whole number of epoch milliseconds')
  }
}

/** Scrubs that wait at the same time share one. */
const createScrubber = (
  { scrub }: StoreEngine,
  checkOpen: () => void,
): Queue<ScrubOptions, undefined> =>
  createQueue(async (calls) => {
    const onWait = (milliseconds: number): void => {
      for (const call of calls) call.onWait?.(milliseconds)
    }
    await scrub({ checkOpen, onWait })
    return calls.map(() => undefined)
  })

/**
 * An event store over an engine. Here is everything that is the same in all stores: open or closed,
 * records, groups of appends, erasures, following, ids and the quarantine.
 *
 * @example
 * import { createEventStore, createMemoryEngine } from 'clientfold/store-engine'
 * const store = createEventStore(createMemoryEngine(), { now: Date.now, pollMilliseconds: 1000 })
 * await store.clientIds() // => []
 */
export const createEventStore = (
  engine: StoreEngine,
  { now, pollMilliseconds }: StoreSettings,
): EventStore => {
  const wakeups = createWakeups(pollMilliseconds)
  const wakeReaders = (): void => {
    wakeups.wake()
    engine.notifications?.notify()
  }
  const writer = createWriter(engine, wakeReaders)
  const eraser = createEraser(engine, now)
  const reducer = createReducer()
  let isListening = false
  let closing: Promise<void> | undefined

  const isClosed = (): boolean => closing !== undefined
  const checkOpen = (): void => {
    if (isClosed()) throw new StoreUnavailable('closed', 'the store is closed')
  }
  const scrubber = createScrubber(engine, checkOpen)
  const read = (
    mode: ReadMode,
    { after, signal, onDamage }: ReadFrom = {},
  ): AsyncIterable<RecordedEvent> => {
    const decode = (event: StoredEvent): RecordedEvent | undefined => {
      checkOpen()
      return onDamage === undefined ? readStoredEvent(event) : readUndamaged(event, onDamage)
    }
    const pages = engine.pages({ after, mode, signal, checkOpen })
    return oneByOne(pages, decode, () => signal?.aborted === true)
  }
  const listen = (): void => {
    if (isListening || isClosed()) return
    isListening = true
    engine.notifications?.listen(wakeups.wake)
  }
  const erase = async (subject: ErasureSubject): Promise<number> => {
    const events = await eraser.add(subject)
    wakeReaders()
    return events
  }
  const sql = guardedSql(engine.sql, checkOpen)
  const consumers = consumersOf(engine.consumers, checkOpen)
  const close = async (): Promise<void> => {
    await Promise.all([writer.idle(), eraser.idle(), reducer.idle(), scrubber.idle(), sql?.idle()])
    await engine.close()
  }

  return {
    append: async (clientId, events, expected) => {
      checkOpen()
      checkAppend(clientId, events)
      const time = now()
      const records = events.map((event) => recordOf(event, time))
      const [answer] = await writer.add([{ clientId, records, expected }])
      if (answer === undefined) throw new Error('every append has an answer')
      return answer
    },
    record: async (events) => {
      checkOpen()
      const time = now()
      const appends = events.map((event): Append => {
        const record = recordOf(event, time)
        return { clientId: record.clientId, records: [record], expected: 'any' }
      })
      return appends.length === 0 ? [] : (await writer.add(appends)).map(recordOutcomeOf)
    },
    readClient: async (clientId, fromRevision = 1) => {
      checkOpen()
      const key = keyOf(clientId)
      const rows = await engine.readClient(key, fromRevision, () => clientHashOf(clientId))
      return readClientRows(key, fromRevision, rows)
    },
    readAll: (from) => read('complete', from),
    follow: (from = {}) => {
      listen()
      return followFrom((part) => read('settled', part), wakeups, isClosed, from)
    },
    nextCommit: async (after, signal) => {
      checkOpen()
      listen()
      if (after !== undefined) await wakeups.after(after, signal)
      return wakeups.count()
    },
    lastPosition: async () => {
      checkOpen()
      return (await engine.logEnd()).position
    },
    logEnd: async () => {
      checkOpen()
      return engine.logEnd()
    },
    heldBackBy: async () => {
      checkOpen()
      return (await engine.heldBackBy?.()) ?? null
    },
    clientIds: async () => {
      checkOpen()
      return clientIdsOf(engine, await engine.clientKeys())
    },
    clientsOfUser: async (userId) => {
      checkOpen()
      return clientIdsOf(engine, await engine.clientKeysOfUser(keyOf(userId)))
    },
    clientsOfSession: async (sessionId) => {
      checkOpen()
      return clientIdsOf(engine, await engine.clientKeysOfSession(keyOf(sessionId)))
    },
    quarantine: createQuarantine(engine.quarantine, checkOpen),
    pendingErasures: createPendingErasures(engine.pendingErasures, checkOpen),
    eraseClient: async (id) => {
      checkOpen()
      return erase({ kind: 'client', id })
    },
    eraseUser: async (id) => {
      checkOpen()
      return erase({ kind: 'user', id })
    },
    wasErased: async (kind, id) => {
      checkOpen()
      return (await engine.backup.momentsOf([tombstoneOf(kind, id)])).size > 0
    },
    compact: async (before, options = {}) => {
      checkOpen()
      checkMoment(before)
      const { clients, events, damaged } = await reducer.add(async () => {
        // First of all: a view of an earlier moment must not be answered from what is left.
        await engine.raiseCompactedBefore(before)
        const decide = compactionBefore(before)
        const work = { decide, isLoss: false, notedAt: now(), checkOpen }
        return reduceClients(engine, work, options)
      })
      return { clients, events, damaged }
    },
    forget: async (overBefore, options = {}) => {
      checkOpen()
      checkMoment(overBefore)
      const result = await reducer.add(() => {
        const decide = forgettingBefore(overBefore)
        const work = { decide, isLoss: true, notedAt: now(), checkOpen }
        return reduceClients(engine, work, options)
      })
      wakeReaders()
      return result
    },
    horizon: async () => {
      checkOpen()
      return engine.compactedBefore()
    },
    scrub: async (options = {}) => {
      checkOpen()
      await scrubber.add(options)
    },
    erasures: async (after) => {
      checkOpen()
      return engine.erasures(after, ERASURES)
    },
    backup: async (write) => {
      checkOpen()
      await backupStore(engine, write, checkOpen)
    },
    restore: async (source) => {
      checkOpen()
      const answer = await restoreStore(engine, source, checkOpen)
      wakeups.wake()
      return answer
    },
    checkWritable: async () => {
      checkOpen()
      await engine.checkWritable?.()
    },
    check: async (report) => {
      checkOpen()
      return checkStore(engine, report, checkOpen)
    },
    diagnose: async () => {
      checkOpen()
      return diagnoseStore(engine)
    },
    ...(sql && { sql: sql.database }),
    ...(consumers && { consumers }),
    close: () => {
      closing ??= close()
      wakeups.wake()
      return closing
    },
  }
}
