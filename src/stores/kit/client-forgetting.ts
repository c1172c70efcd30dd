import { foldClient } from '../../domain/fold.js'
import { isLive } from '../../domain/status.js'
import type { Session } from '../../events/session.js'
import { eventIdentity } from '../../events/encode-event.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { planForgetting } from './client-erasure.js'
import type { Decide } from './client-reduction.js'
import { droppedHashOf } from './dropped-hash.js'
import { lookUpIdsOf } from './look-ups.js'
import { tombstoneOf } from './storage-key.js'

/**
 * True if a session was over before a moment: it ended or was removed before, or it is live as recorded
 * and would have expired or been abandoned before.
 */
const wasOverBefore = (session: Session, moment: number): boolean =>
  (isLive(session.status) ? Math.min(session.expire_at, session.abandon_at) : session.updated_at) <
  moment

const wasSaidBefore = ({ event }: RecordedEvent, moment: number): boolean =>
  event.data.updated_at < moment

/** Decides which sessions of a client are forgotten, because they were over before a moment. */
export const forgettingBefore =
  (moment: number): Decide =>
  (clientKey, recorded) => {
    const state = foldClient(recorded.map(({ event }) => event))
    if (state.id === null) return null
    const sessions = [...state.sessions.values()].map(({ session }) => session)
    const ids = new Set(
      sessions.filter((session) => wasOverBefore(session, moment)).map(({ id }) => id),
    )
    const isWhole = ids.size === sessions.length
    const isOld = (each: RecordedEvent): boolean => wasSaidBefore(each, moment)
    if (ids.size === 0 && !(isWhole && recorded.every(isOld))) return null
    // No tombstone refuses an observation without sessions. So its id stays known instead.
    const withoutSessions = recorded.filter(
      ({ event }) => lookUpIdsOf(event).sessionIds.length === 0,
    )
    return {
      tombstones: Array.from(ids, (id) => tombstoneOf('session', id)),
      eventHashes: isWhole
        ? withoutSessions.map(({ event }) => droppedHashOf(eventIdentity(event)))
        : [],
      archived: [],
      sessions: ids.size,
      plan: (present) => planForgetting({ kind: 'sessions', ids }, clientKey, present),
    }
  }
