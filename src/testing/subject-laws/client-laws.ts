import { isPlainObject } from '../../events/json.js'
import { stageOf } from '../../domain/status.js'
import { compareValues } from '../../events/order.js'
import type { StoryEvent } from '../stories/story.js'
import { sessionsOf, statusIn } from './client-parts.js'
import type { Breach, SubjectLaw } from './law.js'
import type { Trial } from './trial.js'

/** Written a second time on purpose: a law that used the codec's keys would always hold. */
const CLIENT_KEYS =
  'object id session_ids sessions sign_in_id sign_up_id last_active_session_id last_authentication_strategy updated_at created_at'.split(
    ' ',
  )
const SESSION_KEYS =
  'object id user_id client_id actor status last_active_organization_id last_active_at latest_activity expire_at abandon_at updated_at created_at tasks'.split(
    ' ',
  )

const LIVE: ReadonlySet<unknown> = new Set(['active', 'pending'])

const breach = (line: string): Breach => ({ difference: [line] })

/** The first breach that a check finds in any Client of the story, after any delivery. */
const inEachReading = async (
  trial: Trial,
  check: (client: unknown, deliveredSoFar: ReadonlyArray<StoryEvent>) => string | undefined,
): Promise<Breach | null> => {
  const { answers, readings } = await trial.asDelivered()
  for (const [index, { client }] of readings.entries()) {
    const line = check(
      client,
      answers.slice(0, index + 1).map(({ event }) => event),
    )
    if (line !== undefined) return breach(line)
  }
  return null
}

/** The sessions that a delivered event has brought to a stage. */
const sessionIdsAt = (
  events: ReadonlyArray<StoryEvent>,
  stages: ReadonlyArray<string>,
): ReadonlyArray<string> =>
  events
    .filter(({ session }) => stages.includes(stageOf(session.status)))
    .map(({ session }) => session.id)

const unknownKeyOf = (client: unknown): string | undefined => {
  if (!isPlainObject(client)) return undefined
  const unknown = Object.keys(client).find((key) => !CLIENT_KEYS.includes(key))
  if (unknown !== undefined) return `${unknown}: expected absent, got present`
  for (const session of sessionsOf(client)) {
    const key = Object.keys(session).find((each) => !SESSION_KEYS.includes(each))
    if (key !== undefined) return `${String(session.id)}.${key}: expected absent, got present`
  }
  return undefined
}

const listFaultOf = (client: unknown): string | undefined => {
  if (!isPlainObject(client)) return undefined
  const sessions = sessionsOf(client)
  const ids = sessions.map(({ id }) => id)
  if (JSON.stringify(ids) !== JSON.stringify(client.session_ids))
    return `session_ids: expected ${JSON.stringify(ids)}, got ${JSON.stringify(client.session_ids)}`
  const sorted = [...sessions].sort(
    (left, right) =>
      compareValues(Number(left.created_at), Number(right.created_at)) ||
      compareValues(String(left.id), String(right.id)),
  )
  if (sorted.some(({ id }, index) => id !== ids[index]))
    return `sessions: expected ${sorted.map(({ id }) => String(id)).join(', ')}, got ${ids.join(', ')}`
  if (new Set(ids).size < ids.length) return 'sessions: one is listed twice'
  return sessions.some(({ client_id }) => client_id !== client.id)
    ? 'sessions: one names another client'
    : undefined
}

const lastActiveFaultOf = (client: unknown): string | undefined => {
  if (!isPlainObject(client)) return undefined
  const { last_active_session_id: pointer } = client
  const live = sessionsOf(client).filter(({ status }) => LIVE.has(status))
  if (pointer === null || pointer === undefined) {
    return live.length === 0
      ? undefined
      : 'last_active_session_id: expected a live session, got null'
  }
  return live.some(({ id }) => id === pointer)
    ? undefined
    : `last_active_session_id: expected a live session, got one that is ${statusIn(client, JSON.stringify(pointer).slice(1, -1))}`
}

/** The laws about what a Client shows, whichever of two versions of a session wins a tie. */
export const clientLaws: ReadonlyArray<SubjectLaw> = [
  {
    name: 'a Client keeps no field beyond the documented ones',
    why: 'Webhooks carry e-mail addresses and private metadata in `user`; every reader of a Client would see them.',
    needs: ['read'],
    on: 'many',
    check: (trial) => inEachReading(trial, unknownKeyOf),
  },
  {
    name: 'a session that is over never reads as live',
    why: 'A user who signed out, or was signed out, would be let in again.',
    needs: ['read'],
    on: 'many',
    check: (trial) =>
      inEachReading(trial, (client, events) => {
        const id = sessionIdsAt(events, ['over', 'removed']).find((each) =>
          LIVE.has(statusIn(client, each)),
        )
        return id && `${id}.status: expected a session that is over, got ${statusIn(client, id)}`
      }),
  },
  {
    name: 'a removed session is never listed',
    why: 'Removal is final at Clerk; a list of devices would show what no longer exists.',
    needs: ['read'],
    on: 'many',
    check: (trial) =>
      inEachReading(trial, (client, events) => {
        const id = sessionIdsAt(events, ['removed']).find(
          (each) => statusIn(client, each) !== 'not listed',
        )
        return id && `${id}: expected not listed, got ${statusIn(client, id)}`
      }),
  },
  {
    name: 'a session is listed until it is removed',
    why: 'Ended and revoked sessions are part of the documented Client; an audit would miss them.',
    needs: ['read'],
    on: 'many',
    check: (trial) =>
      inEachReading(trial, (client, events) => {
        const clientId = events.at(-1)?.clientId
        const removed = sessionIdsAt(events, ['removed'])
        const id = events
          .filter((event) => event.clientId === clientId && !removed.includes(event.session.id))
          .map(({ session }) => session.id)
          .find((each) => statusIn(client, each) === 'not listed')
        return id && `${id}: expected listed, got not listed`
      }),
  },
  {
    name: 'sessions are listed once each, oldest first, under their client',
    why: 'Callers rely on `session_ids[i] === sessions[i].id` and on a list that does not jump.',
    needs: ['read'],
    on: 'many',
    check: (trial) => inEachReading(trial, listFaultOf),
  },
  {
    name: 'last_active_session_id is a listed live session, or null if no session is live',
    why: 'An application that switches to that session would show a user who is signed out.',
    needs: ['read'],
    on: 'many',
    check: (trial) => inEachReading(trial, lastActiveFaultOf),
  },
]
