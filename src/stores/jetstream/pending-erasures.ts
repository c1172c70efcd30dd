import {
  earlierOf,
  type PendingErasureEngine,
  type PendingErasureRow,
} from '../kit/pending-erasures.js'
import type { StorageKey } from '../kit/storage-key.js'
import { textOf } from './message.js'
import type { Notes, StoredNote } from './notes.js'
import { tokenOf } from './subjects.js'

const rowOf = ({ body }: StoredNote): PendingErasureRow =>
  JSON.parse(textOf(body)) as PendingErasureRow

const nameOf = (key: StorageKey): string => `s.${tokenOf(key)}`

const byKey = (left: PendingErasureRow, right: PendingErasureRow): number =>
  left.key < right.key ? -1 : 1

/** The scheduled erasures, as notes. */
export const createPendingErasureEngine = (notes: Notes): PendingErasureEngine => ({
  schedule: async (row) => {
    let dueAt: number | null = row.dueAt
    await notes.change(nameOf(row.key), (stored) => {
      const before = stored && rowOf(stored)
      dueAt = before === undefined ? row.dueAt : earlierOf(before.dueAt, row.dueAt)
      return before?.dueAt === dueAt ? undefined : JSON.stringify({ ...row, dueAt })
    })
    return dueAt
  },
  callOff: (key) =>
    notes.change(nameOf(key), (stored) => {
      const before = stored && rowOf(stored)
      return before === undefined || before.dueAt === null
        ? undefined
        : JSON.stringify({ ...before, dueAt: null })
    }),
  rows: async () => {
    const rows = new Map<StorageKey, PendingErasureRow>()
    for await (const page of notes.all('s.*')) {
      for (const row of page.map(rowOf)) rows.set(row.key, row)
    }
    return [...rows.values()].sort(byKey)
  },
  row: async (key) => {
    const note = await notes.read(nameOf(key))
    return note && rowOf(note)
  },
  remove: async (key) => {
    await notes.remove(nameOf(key))
  },
})
