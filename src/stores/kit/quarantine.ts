import type {
  Quarantine,
  QuarantinedDelivery,
  QuarantineSize,
} from '../../event-store/quarantine.js'
import { CorruptRecord } from '../../event-store/store-error.js'
import { mentionsId } from './mentions-id.js'
import { deliveryOf, keysInOrder, quarantineRecordOf } from './quarantine-record.js'
import { keyOf } from './storage-key.js'
import type { QuarantineEngine } from './quarantine-engine.js'

/** How many bodies are in memory at a time. A body from a webhook has 256 KiB at most. */
const PAGE = 16

async function* deliveriesOf(
  engine: QuarantineEngine,
  checkOpen: () => void,
): AsyncGenerator<QuarantinedDelivery, void> {
  checkOpen()
  const keys = keysInOrder(await engine.places())
  let damage: CorruptRecord | undefined
  for (let start = 0; start < keys.length; start += PAGE) {
    checkOpen()
    const pageKeys = keys.slice(start, start + PAGE)
    const records = new Map((await engine.read(pageKeys)).map((record) => [record.key, record]))
    for (const key of pageKeys) {
      checkOpen()
      const record = records.get(key)
      if (record === undefined) continue
      try {
        yield deliveryOf(record)
      } catch (error) {
        if (!(error instanceof CorruptRecord)) throw error
        damage ??= error
      }
    }
  }
  // Only now, so that a damaged delivery keeps no other one back.
  if (damage !== undefined) throw damage
}

const sizeOf = (times: ReadonlyArray<number>): QuarantineSize => ({
  deliveries: times.length,
  oldestReceivedAt: times.length === 0 ? null : times.reduce((one, other) => Math.min(one, other)),
})

/**
 * The quarantine of a store.
 *
 * @param checkOpen - throws if the store is closed
 */
export const createQuarantine = (engine: QuarantineEngine, checkOpen: () => void): Quarantine => ({
  keep: async (delivery) => {
    checkOpen()
    await engine.keep(quarantineRecordOf(delivery))
  },
  all: () => deliveriesOf(engine, checkOpen),
  size: async () => {
    checkOpen()
    if (engine.size !== undefined) return engine.size()
    return sizeOf((await engine.places()).map(({ receivedAt }) => receivedAt))
  },
  remove: async (id) => {
    checkOpen()
    return engine.remove(keyOf(id))
  },
})

/** Removes the deliveries whose bodies mention an id. It costs what the quarantine holds. */
export const removeMentioning = async (engine: QuarantineEngine, id: string): Promise<void> => {
  const keys = (await engine.places()).map(({ key }) => key)
  for (let start = 0; start < keys.length; start += PAGE) {
    for (const { key, body } of await engine.read(keys.slice(start, start + PAGE))) {
      if (mentionsId(body, id)) await engine.remove(key)
    }
  }
}
