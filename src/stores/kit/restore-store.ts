import * as E from 'fp-ts/lib/Either.js'
import type {
  BackupDelivery,
  BackupEvent,
  BackupRecord,
  BackupSource,
  RestoreRefusal,
  RestoreResult,
} from '../../event-store/backup.js'
import { clientHashOf } from '../../event-store/client-hash.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import { parseEvent } from '../../events/decode-event.js'
import { RESTORE_STATE, RESTORES, type BackupEngine, type RestoredEvent } from './backup-engine.js'
import { eventRecordOf } from './event-record.js'
import { possibleIdsIn } from './mentions-id.js'
import { RECORD_KINDS } from './record-kinds.js'
import { tombstoneOf } from './storage-key.js'
import type { StoreEngine } from './store-engine.js'
import { earliestChecksOf, withoutErased } from './tombstones.js'

/** A batch is written at this number of records, or of characters. */
const BATCH_RECORDS = 500
const BATCH_LENGTH = 4_000_000

const lengthOf = (record: BackupRecord): number =>
  'body' in record
    ? record.body.length
    : 'text' in record
      ? record.text.length
      : record.user_id.length

/** Records of one kind in batches, in their order. */
async function* batchesOf(
  records: AsyncIterable<BackupRecord>,
  isWanted: (record: BackupRecord) => boolean,
): AsyncGenerator<ReadonlyArray<BackupRecord>, void> {
  let batch: BackupRecord[] = []
  let length = 0
  for await (const record of records) {
    if (!isWanted(record)) continue
    const isOther = batch[0] !== undefined && batch[0].kind !== record.kind
    if (isOther || batch.length === BATCH_RECORDS || length > BATCH_LENGTH) {
      yield batch
      batch = []
      length = 0
    }
    batch.push(record)
    length += lengthOf(record)
  }
  if (batch.length > 0) yield batch
}

const isEvent = (record: BackupRecord): record is BackupEvent => record.kind === 'event'

const isDelivery = (record: BackupRecord): record is BackupDelivery => record.kind === 'delivery'

/** Puts records of one kind that is not `event`. */
const putRecords = async (
  engine: StoreEngine,
  records: ReadonlyArray<BackupRecord>,
): Promise<void> => {
  const [first] = records
  if (first === undefined) return
  const kind = RECORD_KINDS.get(first.kind)
  if (kind === undefined) throw new TypeError('the backup holds a record of an unknown kind')
  await kind.put(engine, records)
}

/** Puts everything but events and deliveries. */
const restoreNotes = async (
  engine: StoreEngine,
  source: BackupSource,
  checkOpen: () => void,
): Promise<void> => {
  const isNote = (record: BackupRecord): boolean => !isEvent(record) && !isDelivery(record)
  for await (const batch of batchesOf(source.records(), isNote)) {
    checkOpen()
    await putRecords(engine, batch)
  }
}

/** Whether a delivery mentions a client or a user who was erased after it was received. */
const mentionsErased = async (
  { momentsOf }: BackupEngine,
  { body, received_at: receivedAt }: BackupDelivery,
): Promise<boolean> => {
  const ids = [...possibleIdsIn(Buffer.from(body, 'base64'))]
  const moments = await momentsOf(
    ids.flatMap((id) => [tombstoneOf('client', id), tombstoneOf('user', id)]),
  )
  return [...moments.values()].some((moment) => moment > receivedAt)
}

/** Puts those of some deliveries that mention nothing that was erased later. Answers how many those were. */
const restoreDeliveries = async (
  engine: StoreEngine,
  deliveries: ReadonlyArray<BackupDelivery>,
): Promise<number> => {
  const allowed: BackupDelivery[] = []
  for (const delivery of deliveries) {
    if (!(await mentionsErased(engine.backup, delivery))) allowed.push(delivery)
  }
  await putRecords(engine, allowed)
  return allowed.length
}

const restoredEventOf = ({
  text,
  recorded_at: recordedAt,
  revision,
}: BackupEvent): RestoredEvent => {
  const event = parseEvent(text)
  if (E.isLeft(event)) throw new TypeError('the backup holds a text that is not an event')
  return { record: eventRecordOf(event.right, text, recordedAt), revision }
}

/** Sets the horizons of clients whose events are left out. */
const putHorizons = async (
  engine: BackupEngine,
  events: ReadonlyArray<RestoredEvent>,
): Promise<void> => {
  const highest = new Map<string, number>()
  for (const { record, revision } of events) {
    const hash = clientHashOf(record.clientId)
    highest.set(hash, Math.max(revision, highest.get(hash) ?? 0))
  }
  const notes = Array.from(highest, ([text, number]) => ({ text, number }))
  if (notes.length > 0) await engine.putNotes('horizon', notes)
}

/** Writes what the tombstones allow of some events. Answers the count of the others, or undefined if a place is taken. */
const restoreBatch = async (
  engine: BackupEngine,
  events: ReadonlyArray<RestoredEvent>,
): Promise<number | undefined> => {
  const checks = earliestChecksOf(events.map(({ record }) => record))
  const moments = await engine.momentsOf(checks.map(({ tombstone }) => tombstone))
  const momentOf =
    moments.size === 0 ? null : (tombstone: string): number | undefined => moments.get(tombstone)
  const refused: RestoredEvent[] = []
  const allowed: RestoredEvent[] = []
  const rewritten = new Set<RestoredEvent>()
  for (const event of events) {
    const rest = withoutErased(event.record, momentOf)
    if (E.isLeft(rest)) {
      refused.push(event)
      continue
    }
    const restored = { record: rest.right, revision: event.revision }
    if (rest.right !== event.record) rewritten.add(restored)
    allowed.push(restored)
  }
  // First, so that a hole is never without its horizon.
  await putHorizons(engine, refused)
  const taken = await engine.putEvents(allowed)
  const equal = taken.flatMap((index) => allowed[index] ?? [])
  // Observations can become equal when an erased session is taken out of them. The first one stays.
  if (!equal.every((event) => rewritten.has(event))) return undefined
  await putHorizons(engine, equal)
  return refused.length + equal.length
}

/**
 * Restores a backup into an empty store, or goes on with the restore of the same backup. Events and deliveries
 * come last, so that the tombstones of the backup and of the store decide about each of them.
 */
export const restoreStore = async (
  engine: StoreEngine,
  source: BackupSource,
  checkOpen: () => void,
): Promise<E.Either<RestoreRefusal, RestoreResult>> => {
  const name = `${RESTORES}${source.id}`
  const start = await engine.backup.startRestore(name)
  if (start === 'occupied') return E.left({ _tag: 'StoreOccupied' })
  if (start === 'done') {
    return E.right({
      ...{ wasRestored: true, events: 0, leftOut: 0 },
      ...{ deliveries: 0, deliveriesLeftOut: 0 },
    })
  }
  await restoreNotes(engine, source, checkOpen)
  let [events, leftOut, deliveries, deliveriesLeftOut] = [0, 0, 0, 0]
  const isLast = (record: BackupRecord): boolean => isEvent(record) || isDelivery(record)
  for await (const batch of batchesOf(source.records(), isLast)) {
    checkOpen()
    const received = batch.filter(isDelivery)
    const kept = await restoreDeliveries(engine, received)
    deliveries += kept
    deliveriesLeftOut += received.length - kept
    if (received.length > 0) continue
    const left = await restoreBatch(engine.backup, batch.filter(isEvent).map(restoredEventOf))
    if (left === undefined) return E.left({ _tag: 'StoreOccupied' })
    leftOut += left
    events += batch.length - left
  }
  await engine.backup.putNotes('fact', [{ text: name, number: RESTORE_STATE.done }])
  return E.right({ wasRestored: false, events, leftOut, deliveries, deliveriesLeftOut })
}

/**
 * Refuses a store into which a restore has not ended, so that a part is not taken for the whole.
 *
 * @param mayBeIncomplete - whether the store is opened to go on with the restore
 */
export const checkComplete = async (
  { backup }: StoreEngine,
  mayBeIncomplete: boolean,
): Promise<void> => {
  if (mayBeIncomplete || !(await backup.isIncomplete())) return
  throw new StoreUnavailable(
    'incomplete',
    'a restore into the store has not ended: run clientfold restore again with the same file',
  )
}
