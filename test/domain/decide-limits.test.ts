import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { ClientCommand } from '../../src/domain/command.js'
import { decide } from '../../src/domain/decide.js'
import { evolve, foldClient } from '../../src/domain/fold.js'
import { NO_CLIENT, type ClientState } from '../../src/domain/state.js'
import type { ClientEvent, ClientObserved } from '../../src/events/client-event.js'
import { decodeEvent } from '../../src/events/decode-event.js'
import { SessionCodec } from '../../src/events/session-codec.js'
import { documentedSession, type Session } from '../../src/events/session.js'

const T = 1_780_000_000_000
const TASKS = [{ key: 'choose-organization' }]

const SESSION: Session = {
  object: 'session',
  id: 'sess_1',
  user_id: 'user_1',
  client_id: 'client_1',
  status: 'active',
  last_active_at: T,
  expire_at: T + 7 * 86_400_000,
  abandon_at: T + 30 * 86_400_000,
  updated_at: T,
  created_at: T,
}

const stateOf = (differences: Partial<Session> = {}): ClientState =>
  evolve(NO_CLIENT, {
    object: 'event',
    type: 'session.created',
    timestamp: T,
    data: { ...SESSION, ...differences },
  })

const emitted = (command: ClientCommand, state: ClientState): ClientEvent => {
  const decision = decide(command, state)
  if (E.isLeft(decision)) throw new Error(`the command was refused: ${decision.left._tag}`)
  const [event, ...others] = decision.right
  expect(others).toEqual([])
  return event!
}

const ENDINGS = [
  { type: 'EndSession', status: 'ended' },
  { type: 'RevokeSession', status: 'revoked' },
  { type: 'RemoveSession', status: 'removed' },
] as const

describe('decide at the limits', () => {
  it.each(ENDINGS)(
    '$type is allowed at exactly the time of the last update, and not a millisecond before',
    ({ type, status }) => {
      const command = { type, sessionId: 'sess_1' } as const
      const event = emitted({ ...command, at: T }, stateOf())
      expect(event.data).toMatchObject({ status, updated_at: T })
      expect(decide({ ...command, at: T - 1 }, stateOf())).toEqual(
        E.left({ _tag: 'TimeWentBackwards', sessionId: 'sess_1', at: T - 1, known: T }),
      )
    },
  )

  it.each(ENDINGS)('$type keeps the tasks of the session', ({ type }) => {
    const state = stateOf({ status: 'pending', tasks: TASKS })
    const event = emitted({ type, at: T + 1, sessionId: 'sess_1' }, state)
    expect((event.data as Session).tasks).toEqual(TASKS)
  })

  it('MarkSessionPending without tasks keeps the tasks that the session has', () => {
    const command = { type: 'MarkSessionPending', at: T + 1, sessionId: 'sess_1' } as const
    expect((emitted(command, stateOf({ tasks: TASKS })).data as Session).tasks).toEqual(TASKS)
    const cleared = emitted({ ...command, tasks: null }, stateOf({ tasks: TASKS }))
    expect((cleared.data as Session).tasks).toBeNull()
  })
})

const observation = (sessions: ReadonlyArray<Session>): ClientObserved => ({
  object: 'event',
  type: 'client.observed',
  timestamp: T,
  data: {
    object: 'client',
    id: 'client_1',
    session_ids: sessions.map(({ id }) => id),
    sessions,
    sign_in_id: 'sia_1',
    sign_up_id: null,
    last_active_session_id: 'sess_1',
    last_authentication_strategy: 'passkey',
    updated_at: T,
    created_at: T,
  },
})

describe('an observation at the limits', () => {
  it('an equal observation gives the very same state back', () => {
    const state = foldClient([observation([SESSION])])
    expect(evolve(state, structuredClone(observation([SESSION])))).toBe(state)
    const changed = evolve(state, {
      ...observation([SESSION]),
      data: { ...observation([SESSION]).data, sign_in_id: 'sia_2' },
    })
    expect(changed).not.toBe(state)
  })

  it('the error of an observation names only the sessions of another client', () => {
    const foreign = { ...SESSION, id: 'sess_2', client_id: 'client_2' }
    const decoded = decodeEvent(observation([SESSION, foreign, { ...SESSION, id: 'sess_3' }]))
    if (E.isRight(decoded) || decoded.left._tag !== 'InvalidEvent') throw new Error('not refused')
    expect(decoded.left.issues.map(({ path }) => path)).toEqual(['data.sessions[1].client_id'])
  })
})

describe('a session at the limits', () => {
  it('documentedSession drops an undocumented key, also if it is the last one', () => {
    const session = documentedSession({ ...SESSION, tasks: null, zzz: 1 } as unknown as Session)
    expect(Object.keys(session)).toEqual([...Object.keys(SESSION), 'tasks'])
    expect(documentedSession(SESSION)).toBe(SESSION)
  })

  it.each([
    { key: 'actor', value: 7 },
    { key: 'last_active_organization_id', value: 7 },
    { key: 'latest_activity', value: { id: 'a', object: 'session_activity' } },
    { key: 'tasks', value: {} },
  ])('a session is invalid if its optional key $key has another type', ({ key, value }) => {
    expect(SessionCodec.is(SESSION)).toBe(true)
    expect(SessionCodec.is({ ...SESSION, [key]: null })).toBe(true)
    expect(SessionCodec.is({ ...SESSION, [key]: value })).toBe(false)
  })
})
