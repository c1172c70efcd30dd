import type { ExistingClient, SessionVersion } from '../../domain/state.js'
import type { Session } from '../../events/session.js'
import type { EngineInstance } from './instance.js'
import { STATUS_REMOVED } from './keyword-numbers.js'
import {
  CLIENT_FIRST_SESSION,
  CLIENT_HEAD_BYTES,
  SESSION_ABANDON_AT,
  SESSION_CREATED_AT,
  SESSION_EXPIRE_AT,
  SESSION_GREATEST_UPDATED_AT,
  SESSION_HEAD_BYTES,
  SESSION_ID_LENGTH,
  SESSION_ID_TEXT,
  SESSION_LAST_ACTIVE_AT,
  SESSION_LEAST_CREATED_AT,
  SESSION_NEXT,
  SESSION_SAID_AT,
  SESSION_STATUS,
  SESSION_TEXT,
  SESSION_TEXT_LENGTH,
  SESSION_UPDATED_AT,
} from './layout.js'

const textAt = (instance: EngineInstance, address: number, length: number): string =>
  Buffer.from(instance.bytesAt(address, length)).toString('utf8')

const numberAt = (record: DataView, place: number): number => record.getUint32(place, true)

const timeAt = (record: DataView, place: number): number => Number(record.getBigInt64(place, true))

/** The record of a removed session has no text. What it has is enough to win against all other versions. */
const removedSession = (record: DataView, id: string): Session => ({
  object: 'session',
  id,
  user_id: '',
  client_id: '',
  status: 'removed',
  last_active_at: timeAt(record, SESSION_LAST_ACTIVE_AT),
  expire_at: timeAt(record, SESSION_EXPIRE_AT),
  abandon_at: timeAt(record, SESSION_ABANDON_AT),
  updated_at: timeAt(record, SESSION_UPDATED_AT),
  created_at: timeAt(record, SESSION_CREATED_AT),
})

const sessionOf = (instance: EngineInstance, record: DataView): Session => {
  if (numberAt(record, SESSION_STATUS) === STATUS_REMOVED) {
    const id = record.byteOffset + SESSION_ID_TEXT
    return removedSession(record, textAt(instance, id, numberAt(record, SESSION_ID_LENGTH)))
  }
  const text = numberAt(record, SESSION_TEXT)
  return JSON.parse(textAt(instance, text, numberAt(record, SESSION_TEXT_LENGTH))) as Session
}

/** The state of a client, from the record of one thread. */
const stateAt = (instance: EngineInstance, client: number, id: string): ExistingClient => {
  const sessions = new Map<string, SessionVersion>()
  let [created_at, updated_at] = [Infinity, -Infinity]
  let address = numberAt(instance.dataAt(client, CLIENT_HEAD_BYTES), CLIENT_FIRST_SESSION)
  while (address !== 0) {
    const record = instance.dataAt(address, SESSION_HEAD_BYTES)
    const session = sessionOf(instance, record)
    sessions.set(session.id, { session, saidAt: timeAt(record, SESSION_SAID_AT) })
    created_at = Math.min(created_at, timeAt(record, SESSION_LEAST_CREATED_AT))
    updated_at = Math.max(updated_at, timeAt(record, SESSION_GREATEST_UPDATED_AT))
    address = numberAt(record, SESSION_NEXT)
  }
  return { id, sessions, observation: null, created_at, updated_at }
}

/**
 * The states of a client, one from each thread that has it, to be joined. They are for writing, not for
 * keeping: of a removed session they only have that it is removed.
 *
 * @param record - the address of any record that has the id of the client
 */
export const readStates = (
  instance: EngineInstance,
  tables: number,
  record: number,
  id: string,
): ReadonlyArray<ExistingClient> => {
  const states: ExistingClient[] = []
  for (let table = 0; table < tables; table++) {
    const client = instance.clientIn(table, record)
    if (client !== null) states.push(stateAt(instance, client, id))
  }
  return states
}
