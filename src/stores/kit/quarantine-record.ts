import type { QuarantinedDelivery } from '../../event-store/quarantine.js'
import { keyOf, type StorageKey } from './storage-key.js'

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
