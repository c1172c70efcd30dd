import { clientHashOf } from '../event-store/client-hash.js'
import type { EventStore } from '../event-store/event-store.js'

/** The clients that lost something by erasures. */
export interface LostClients {
  /** The number of the last erasure that was read. */
  readonly last: number
  readonly hashes: ReadonlySet<string>
}

/**
 * The clients that lost something after an erasure, by whichever process. Where nothing was erased, this
 * costs the store one look-up.
 */
export const readLostClients = async (store: EventStore, after: number): Promise<LostClients> => {
  const hashes = new Set<string>()
  let last = after
  for (;;) {
    const erasures = await store.erasures(last)
    if (erasures.clients.length === 0) return { last, hashes }
    for (const hash of erasures.clients) hashes.add(hash)
    last = erasures.last
  }
}

/** Those of some clients that lost something. To compute a hash takes about a microsecond. */
export const lostAmong = (
  clientIds: Iterable<string>,
  hashes: ReadonlySet<string>,
): ReadonlyArray<string> =>
  hashes.size === 0 ? [] : [...clientIds].filter((id) => hashes.has(clientHashOf(id)))
