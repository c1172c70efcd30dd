import type { QuarantineEngine } from '../kit/quarantine-engine.js'
import type { MemoryTables } from './schema.js'

/** The quarantine in memory. */
export const createQuarantineEngine = ({ quarantined }: MemoryTables): QuarantineEngine => ({
  keep: (record) => {
    if (!quarantined.has(record.key)) quarantined.set(record.key, record)
    return Promise.resolve()
  },
  places: () => Promise.resolve([...quarantined.values()]),
  read: (keys) =>
    Promise.resolve(keys.map((key) => quarantined.get(key)).filter((each) => each !== undefined)),
  remove: (key) => Promise.resolve(quarantined.delete(key)),
})
