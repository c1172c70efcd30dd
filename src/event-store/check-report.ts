import type { CorruptRecord } from './store-error.js'

/** How a check reports. */
export interface CheckReport {
  /** Called for each damage, at most once for each record. */
  readonly onDamage: (damage: CorruptRecord) => void
  /** Called now and then with what was checked so far. */
  readonly onProgress?: ((checked: CheckProgress) => void) | undefined
}

/** What a check has read so far. */
export interface CheckProgress {
  readonly events: number
  readonly clients: number
  /** Null while the clients are not counted yet. */
  readonly clientsTotal: number | null
}

/** What a check has read. */
export interface CheckResult {
  readonly events: number
  readonly clients: number
  /** Kept deliveries of the quarantine. */
  readonly deliveries: number
  /** How many times it called `onDamage`. */
  readonly damaged: number
}
