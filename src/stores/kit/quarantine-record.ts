import type { QuarantinedDelivery } from '../../event-store/quarantine.js'
import { CorruptRecord, type RecordProblem } from '../../event-store/store-error.js'
import { keyOf, type StorageKey } from './storage-key.js'

/** The row of a quarantined delivery without its body. */
export interface QuarantinePlace {
  readonly key: StorageKey
  /** Epoch milliseconds. */
  readonly receivedAt: number
  /** JSON text of the id and the reason. As texts of their own, an engine could refuse or change them. */
  readonly about: string
  /** Set by an engine that found the row damaged. */
  readonly problem?: RecordProblem | undefined
}

/** What a store writes for a quarantined delivery, the same in every store. */
export interface QuarantineRecord extends QuarantinePlace {
  readonly body: Uint8Array
}

interface About {
  readonly id: string
  readonly reason: string
}

/**
 * The record of a delivery.
 *
 * @throws TypeError if the id is empty or the time is invalid: a defect of the caller.
 */
export const quarantineRecordOf = ({
  id,
  receivedAt,
  reason,
  body,
}: QuarantinedDelivery): QuarantineRecord => {
  if (id === '') throw new TypeError('a quarantined delivery needs an id')
  if (!Number.isSafeInteger(receivedAt) || receivedAt < 0) {
    throw new TypeError('a quarantined delivery needs a time in epoch milliseconds')
  }
  const about: About = { id, reason }
  // A copy, because the caller may reuse the bytes.
  return { key: keyOf(id), receivedAt, about: JSON.stringify(about), body: Uint8Array.from(body) }
}

const aboutIn = (text: string): About | undefined => {
  try {
    return JSON.parse(text) as About
  } catch {
    return undefined
  }
}

/**
 * The delivery of a record.
 *
 * @throws CorruptRecord if the row is damaged.
 */
export const deliveryOf = (record: QuarantineRecord): QuarantinedDelivery => {
  const { receivedAt, about, body, problem } = record
  const parsed = aboutIn(about)
  if (problem !== undefined || parsed === undefined) {
    throw new CorruptRecord(null, problem ?? 'not-an-event')
  }
  const { id, reason } = parsed
  // A copy, because the reader may change the bytes.
  return { id, receivedAt, reason, body: Uint8Array.from(body) }
}

const compare = (
  left: Pick<QuarantinedDelivery, 'id' | 'receivedAt'>,
  right: Pick<QuarantinedDelivery, 'id' | 'receivedAt'>,
): number =>
  left.receivedAt - right.receivedAt || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)

/**
 * The keys of deliveries in the order in which they are read. No engine sorts them, because engines
 * disagree about the order of texts.
 */
export const keysInOrder = (places: ReadonlyArray<QuarantinePlace>): ReadonlyArray<StorageKey> =>
  places
    .map(({ key, receivedAt, about }) => ({ key, receivedAt, id: aboutIn(about)?.id ?? '' }))
    .sort(compare)
    .map(({ key }) => key)
