import type { QuarantineSize } from '../../event-store/quarantine.js'
import type { QuarantinePlace, QuarantineRecord } from './quarantine-record.js'
import type { StorageKey } from './storage-key.js'

/** The table of quarantined deliveries. */
export interface QuarantineEngine {
  /** Adds a row durably. If the key is there already, its row stays unchanged. */
  readonly keep: (record: QuarantineRecord) => Promise<void>
  /** All rows without their bodies, in any order. */
  readonly places: () => Promise<ReadonlyArray<QuarantinePlace>>
  /** The number of rows and the least time. Absent where it costs as much as to read all places. */
  readonly size?: () => Promise<QuarantineSize>
  /** The rows of some keys, in any order. A key without a row is left out. */
  readonly read: (keys: ReadonlyArray<StorageKey>) => Promise<ReadonlyArray<QuarantineRecord>>
  /** Deletes a row; false if the key has none. */
  readonly remove: (key: StorageKey) => Promise<boolean>
}
