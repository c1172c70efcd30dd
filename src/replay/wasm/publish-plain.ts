import { concat, type ClientStates, type ExistingClient } from '../../domain/state.js'
import { toClient } from '../../projections/client.js'
import { projectionOf } from '../../projections/client-query.js'
import type { EngineInstance, TextPlace } from './instance.js'
import {
  CLIENT_HEAD_BYTES,
  CLIENT_LINE,
  CLIENT_LINE_LENGTH,
  ENTRY_BYTES,
  ENTRY_CLIENT,
  VECTOR_BYTES,
} from './layout.js'
import { readStates } from './read-states.js'
import { sortingBytes } from './sorting-bytes.js'
import type { EngineQuery } from './engine-query.js'

const putText = (instance: EngineInstance, bytes: Uint8Array): TextPlace => {
  const address = instance.allocateBytes(bytes.length + VECTOR_BYTES)
  instance.bytesAt(address, bytes.length).set(bytes)
  return { address, length: bytes.length }
}

const joinAll = (states: ReadonlyArray<ExistingClient>, state: ExistingClient): ExistingClient =>
  states.reduce((left, right) => concat(left, right) as ExistingClient, state)

/** Creates a record that holds the whole line of a client; returns its address. */
const putClient = (
  instance: EngineInstance,
  tables: number,
  state: ExistingClient,
  view: EngineQuery,
): number => {
  const record = instance.newClient(putText(instance, sortingBytes(state.id)))
  const whole = joinAll(readStates(instance, tables, record, state.id), state)
  const text = `${JSON.stringify(toClient(whole, projectionOf(view)))}\n`
  const line = putText(instance, Buffer.from(text))
  const data = instance.dataAt(record, CLIENT_HEAD_BYTES)
  data.setUint32(CLIENT_LINE, line.address, true)
  data.setUint32(CLIENT_LINE_LENGTH, line.length, true)
  return record
}

/**
 * Publishes the clients that the plain path has folded, as one more sorted table. Each is joined with what
 * the engine has of it and written by the plain projection. The lines of this table win over all others.
 *
 * @param tables - how many sorted tables there are
 * @returns how many there are then
 */
export const publishPlain = (
  instance: EngineInstance,
  tables: number,
  plain: ClientStates,
  view: EngineQuery,
): number => {
  if (plain.size === 0) return tables
  const entries = instance.takeRegion(ENTRY_BYTES * plain.size)
  let entry = entries
  for (const id of [...plain.keys()].sort()) {
    const state = plain.get(id)
    if (state === undefined) continue
    const record = putClient(instance, tables, state, view)
    instance.dataAt(entry, ENTRY_BYTES).setUint32(ENTRY_CLIENT, record, true)
    entry += ENTRY_BYTES
  }
  instance.publish(tables, entries, plain.size)
  return tables + 1
}
