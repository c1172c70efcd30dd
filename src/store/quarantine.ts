import { keyOf, type StorageKey } from './storage-key.js'

/** A genuine delivery that could not be recorded, kept as it came. */
export interface QuarantinedDelivery {
  /** The delivery's id: the header `svix-id`. */
  readonly id: string
  /** When it was received, epoch milliseconds. */
  readonly receivedAt: number
  /** Why it could not be recorded; quotes no value of the body. */
  readonly reason: string
  /** Byte for byte. */
  readonly body: Uint8Array
}

/**
 * Where deliveries wait that are genuine, and that this version cannot record. They hold what Clerk
 * sent, personal data too, and not only what an event keeps of it.
 */
export interface Quarantine {
  /**
   * Keeps a delivery, durably before this answers. Of one id the first is kept.
   *
   * @throws TypeError if it has no id, or a time that is none: a defect of the caller.
   */
  readonly keep: (delivery: QuarantinedDelivery) => Promise<void>
  /** What is kept, by `receivedAt`, then by `id` in UTF-16 code units. */
  readonly all: () => AsyncIterable<QuarantinedDelivery>
  /** Removes a delivery; false if there was none of that id. */
  readonly remove: (id: string) => Promise<boolean>
}

/** What a store writes down of a quarantined delivery, the same in every store. */
export interface QuarantineRecord {
  readonly key: StorageKey
  readonly receivedAt: number
  /** JSON text of what an engine could refuse, or change, as a text of its own. */
  readonly about: string
  readonly body: Uint8Array
}

interface About {
  readonly id: string
  readonly reason: string
}

/**
 * The record of a delivery.
 *
 * @throws TypeError if it has no id, or a time that is none: a defect of the caller.
 */
export const quarantineRecordOf = ({
  id,
  receivedAt,
  reason,
  body,
}: QuarantinedDelivery): QuarantineRecord => {
  if (id === '') throw new TypeError('a delivery that is kept has an id')
  if (!Number.isSafeInteger(receivedAt) || receivedAt < 0) {
    throw new TypeError('a delivery that is kept was received at a time')
  }
  const about: About = { id, reason }
  // A copy: the caller may use the bytes for something else.
  return { key: keyOf(id), receivedAt, about: JSON.stringify(about), body: Uint8Array.from(body) }
}

/** Reads a record back. */
export const readQuarantined = ({
  receivedAt,
  about,
  body,
}: Omit<QuarantineRecord, 'key'>): QuarantinedDelivery => {
  const { id, reason } = JSON.parse(about) as About
  return { id, receivedAt, reason, body: Uint8Array.from(body) }
}

const compare = (
  left: Pick<QuarantinedDelivery, 'id' | 'receivedAt'>,
  right: Pick<QuarantinedDelivery, 'id' | 'receivedAt'>,
): number =>
  left.receivedAt - right.receivedAt || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)

/**
 * The keys of deliveries in the order in which they are read. No engine is asked for it: they differ
 * about the order of texts.
 */
export const inOrder = (
  records: ReadonlyArray<Omit<QuarantineRecord, 'body'>>,
): ReadonlyArray<StorageKey> =>
  records
    .map(({ key, receivedAt, about }) => ({ key, receivedAt, ...(JSON.parse(about) as About) }))
    .sort(compare)
    .map(({ key }) => key)
