import { concat, type ClientStates, type ExistingClient } from '../../domain/state.js'
import { toClient } from '../../projections/client.js'
import { projectionOf } from '../../projections/client-view.js'
import type { Crew } from './pool.js'
import { unsigned, type EngineInstance } from './instance.js'
import { knownStates } from './read-states.js'
import { sortingBytes } from './sorting-bytes.js'
import type { EngineView } from './view.js'

const LINE_PLACE = 8
const ENTRY_BYTES = 16

const putBytes = (own: EngineInstance, bytes: Uint8Array): number => {
  // Copying goes by sixteen bytes: as many to spare.
  const address = unsigned(own.allocateBytes(bytes.length + 16))
  own.bytesAt(address, bytes.length).set(bytes)
  return address
}

const joined = (states: ReadonlyArray<ExistingClient>, state: ExistingClient): ExistingClient =>
  states.reduce((left, right) => concat(left, right) as ExistingClient, state)

/** A record of the engine that stands for the finished line of a client. */
const finish = (crew: Crew, state: ExistingClient, view: EngineView): number => {
  const { own, tables } = crew
  const id = sortingBytes(state.id)
  const record = unsigned(own.newClient(putBytes(own, id), id.length))
  const whole = joined(knownStates(own, tables, record, state.id), state)
  const line = Buffer.from(`${JSON.stringify(toClient(whole, projectionOf(view)))}\n`)
  const data = own.dataAt(record, ENTRY_BYTES)
  data.setUint32(LINE_PLACE, putBytes(own, line), true)
  data.setUint32(LINE_PLACE + 4, line.length, true)
  return record
}

/**
 * Lays the Clients of which lines of the plain path spoke into the memory, as finished lines: joined with
 * what the engine knows of them, and written by the plain projection. They become one more table, which
 * wins over all others. Returns how many tables there are then.
 */
export const finishPlain = (crew: Crew, plain: ClientStates, view: EngineView): number => {
  const { own, tables } = crew
  if (plain.size === 0) return tables
  const entries = unsigned(own.takeRegion(ENTRY_BYTES * plain.size))
  let entry = entries
  for (const id of [...plain.keys()].sort()) {
    const state = plain.get(id)
    if (state === undefined) continue
    const record = finish(crew, state, view)
    own.dataAt(entry, ENTRY_BYTES).setUint32(8, record, true)
    entry += ENTRY_BYTES
  }
  own.publish(tables, entries, plain.size)
  return tables + 1
}
