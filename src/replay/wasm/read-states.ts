import type { ExistingClient, SessionVersion } from '../../domain/state.js'
import { SESSION_STATUSES, type Session, type SessionStatus } from '../../events/session.js'
import { unsigned, type EngineInstance } from './instance.js'

/** Records of sessions: the picture in `engine/records.ts`. */
const RECORD_BYTES = 104
const CLIENT_HEAD_BYTES = 16
const ENTRY_BYTES = 16

const textAt = (own: EngineInstance, address: number, length: number): string =>
  Buffer.from(own.bytesAt(address, length)).toString('utf8')

const timeAt = (record: DataView, place: number): number => Number(record.getBigInt64(place, true))

/** What is left of a removed session: enough to win against every version that is not removed. */
const removedSession = (record: DataView, id: string): Session => ({
  object: 'session',
  id,
  user_id: '',
  client_id: '',
  status: 'removed',
  last_active_at: timeAt(record, 40),
  expire_at: timeAt(record, 48),
  abandon_at: timeAt(record, 56),
  updated_at: timeAt(record, 64),
  created_at: timeAt(record, 72),
})

const isRemoved = (status: SessionStatus | undefined): boolean => status === 'removed'

const versionAt = (own: EngineInstance, record: DataView): SessionVersion => {
  const id = textAt(own, record.byteOffset + RECORD_BYTES, record.getUint32(28, true))
  const session = isRemoved(SESSION_STATUSES[record.getUint32(24, true)])
    ? removedSession(record, id)
    : (JSON.parse(textAt(own, record.getUint32(8, true), record.getUint32(12, true))) as Session)
  return { session, saidAt: timeAt(record, 32) }
}

/** What one thread knows of a client. */
const stateAt = (own: EngineInstance, client: number, id: string): ExistingClient => {
  const sessions = new Map<string, SessionVersion>()
  let [created_at, updated_at] = [Infinity, -Infinity]
  let session = own.dataAt(client, CLIENT_HEAD_BYTES).getUint32(0, true)
  while (session !== 0) {
    const record = own.dataAt(session, RECORD_BYTES)
    const version = versionAt(own, record)
    sessions.set(version.session.id, version)
    created_at = Math.min(created_at, timeAt(record, 80))
    updated_at = Math.max(updated_at, timeAt(record, 88))
    session = record.getUint32(0, true)
  }
  return { id, sessions, observation: null, created_at, updated_at }
}

/**
 * What each thread has folded of a client, as states to be joined. Of removed sessions they hold no more
 * than that they are removed: they are for writing, not for keeping.
 *
 * @param probe - a record of the engine with the id of the client
 */
export const knownStates = (
  own: EngineInstance,
  tables: number,
  probe: number,
  id: string,
): ReadonlyArray<ExistingClient> => {
  const states: ExistingClient[] = []
  for (let table = 0; table < tables; table++) {
    const entry = unsigned(own.lowerBound(table, probe))
    if (own.isClientAt(table, entry, probe) === 0) continue
    const client = own.dataAt(entry, ENTRY_BYTES).getUint32(8, true)
    states.push(stateAt(own, client, id))
  }
  return states
}
