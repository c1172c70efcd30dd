import { earlierOf, type PendingErasureEngine } from '../kit/pending-erasures.js'
import type { MemoryTables } from './schema.js'

/** The scheduled erasures in memory. */
export const createPendingErasureEngine = ({
  pendingErasures: rows,
}: MemoryTables): PendingErasureEngine => ({
  schedule: (row) => {
    const stored = rows.get(row.key)
    const dueAt = stored === undefined ? row.dueAt : earlierOf(stored.dueAt, row.dueAt)
    rows.set(row.key, { ...row, dueAt })
    return Promise.resolve(dueAt)
  },
  callOff: (key) => {
    const stored = rows.get(key)
    if (stored === undefined || stored.dueAt === null) return Promise.resolve(false)
    rows.set(key, { ...stored, dueAt: null })
    return Promise.resolve(true)
  },
  rows: () => Promise.resolve([...rows.values()]),
  row: (key) => Promise.resolve(rows.get(key)),
  remove: (key) => {
    rows.delete(key)
    return Promise.resolve()
  },
})
