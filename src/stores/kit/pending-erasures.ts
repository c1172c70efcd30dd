import { LAST_TIME } from '../../events/time-limits.js'
import type {
  PendingErasure,
  PendingErasureCount,
  PendingErasures,
} from '../../event-store/pending-erasures.js'
import { CorruptRecord, type RecordProblem } from '../../event-store/store-error.js'
import { keyOf, type StorageKey } from './storage-key.js'

/** The row of a scheduled erasure, the same in every store. */
export interface PendingErasureRow {
  readonly key: StorageKey
  /** JSON text of the id of the user, because the key can be a hash. */
  readonly userId: string
  /** Epoch milliseconds; null if the erasure was called off. */
  readonly dueAt: number | null
  /** Set by an engine that found the row damaged. */
  readonly problem?: RecordProblem | undefined
}

/** The table of scheduled erasures. */
export interface PendingErasureEngine {
  /**
   * Adds a row durably. If the key has a row, the earlier time stays, and null stays null.
   *
   * @returns the time that the row has then
   */
  readonly schedule: (row: PendingErasureRow & { readonly dueAt: number }) => Promise<number | null>
  /** Sets the time of a row to null, durably; false if the key has no row, or one with null. */
  readonly callOff: (key: StorageKey) => Promise<boolean>
  /** All rows, in any order. */
  readonly rows: () => Promise<ReadonlyArray<PendingErasureRow>>
  /** The row of a key, if it has one. */
  readonly row: (key: StorageKey) => Promise<PendingErasureRow | undefined>
  /** Deletes the row of a key, if it has one. */
  readonly remove: (key: StorageKey) => Promise<void>
}

/** The earlier one of the stored time and a new one. Null means that the erasure was called off, and stays. */
export const earlierOf = (stored: number | null, dueAt: number): number | null =>
  stored === null ? null : Math.min(stored, dueAt)

const userIdIn = (text: string): string | undefined => {
  try {
    const id: unknown = JSON.parse(text)
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}

/**
 * The id of the user of a row.
 *
 * @throws CorruptRecord if the row is damaged.
 */
export const userIdOf = ({ key, userId, problem }: PendingErasureRow): string => {
  const id = userIdIn(userId)
  // A damaged id must not erase another user.
  if (problem !== undefined || id === undefined || keyOf(id) !== key) {
    throw new CorruptRecord(null, problem ?? 'not-an-event')
  }
  return id
}

/** A scheduled erasure; null if it was called off. */
const erasureOf = (row: PendingErasureRow): PendingErasure | null => {
  const { dueAt } = row
  const id = userIdOf(row)
  return dueAt === null ? null : { userId: id, dueAt }
}

const byTime = (left: PendingErasure, right: PendingErasure): number =>
  left.dueAt - right.dueAt || (left.userId < right.userId ? -1 : left.userId > right.userId ? 1 : 0)

async function* erasuresIn(
  engine: PendingErasureEngine,
  checkOpen: () => void,
  dueBy: number,
): AsyncGenerator<PendingErasure, void> {
  checkOpen()
  const erasures: PendingErasure[] = []
  let damage: CorruptRecord | undefined
  for (const row of await engine.rows()) {
    try {
      const erasure = erasureOf(row)
      if (erasure !== null && erasure.dueAt <= dueBy) erasures.push(erasure)
    } catch (error) {
      if (!(error instanceof CorruptRecord)) throw error
      damage ??= error
    }
  }
  for (const erasure of erasures.toSorted(byTime)) {
    checkOpen()
    // Read again, because it can be called off while those before it are carried out.
    const row = await engine.row(keyOf(erasure.userId))
    if (row?.dueAt != null) yield erasure
  }
  // Only now, so that a damaged row keeps no other one back.
  if (damage !== undefined) throw damage
}

const countIn = (rows: ReadonlyArray<PendingErasureRow>): PendingErasureCount => {
  const times = rows.flatMap(({ dueAt }) => dueAt ?? [])
  const nextDueAt = times.length === 0 ? null : times.reduce((one, other) => Math.min(one, other))
  return { users: times.length, nextDueAt }
}

/**
 * The scheduled erasures of a store.
 *
 * @param checkOpen - throws if the store is closed
 */
export const createPendingErasures = (
  engine: PendingErasureEngine,
  checkOpen: () => void,
): PendingErasures => ({
  schedule: async (userId, dueAt) => {
    checkOpen()
    if (userId === '') throw new TypeError('a scheduled erasure needs the id of a user')
    if (!Number.isInteger(dueAt) || dueAt < 0 || dueAt > LAST_TIME) {
      throw new TypeError('a scheduled erasure needs a time in epoch milliseconds')
    }
    return engine.schedule({ key: keyOf(userId), userId: JSON.stringify(userId), dueAt })
  },
  callOff: async (userId) => {
    checkOpen()
    return engine.callOff(keyOf(userId))
  },
  all: (dueBy = Number.POSITIVE_INFINITY) => erasuresIn(engine, checkOpen, dueBy),
  count: async () => {
    checkOpen()
    return countIn(await engine.rows())
  },
})
