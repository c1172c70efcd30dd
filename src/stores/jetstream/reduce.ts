import type { StoreEngine } from '../kit/store-engine.js'
import { raiseNote, takeOut } from './erase.js'
import type { Log } from './log.js'
import { tokenOf } from './subjects.js'

/** Reduces clients: notes what refuses the events that go, and then takes them out. */
export const createReducer =
  (log: Log): StoreEngine['reduce'] =>
  async ({ reductions, isLoss, notedAt, checkOpen }) => {
    const { notes } = log
    let [clients, events] = [0, 0]
    for (const [clientKey, { tombstones, eventHashes, planAgain }] of reductions) {
      checkOpen()
      await Promise.all([
        ...tombstones.map((tombstone) => raiseNote(notes, `t.${tombstone}`, tombstone, notedAt)),
        ...eventHashes.map((hash) => notes.add(`d.${hash}`, JSON.stringify([hash, 0]))),
      ])
      const count = await takeOut(log, tokenOf(clientKey), {
        clientKey,
        plan: (_key, stored) => planAgain(stored),
        isLoss,
      })
      events += count
      if (count > 0) clients += 1
    }
    return { clients, events }
  }
