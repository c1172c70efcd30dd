import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeClientError } from '../../src/domain/client-error.js'
import { evolve, foldClient } from '../../src/domain/fold.js'
import { NO_CLIENT, type ClientState } from '../../src/domain/state.js'
import type { ClientCommand } from '../../src/domain/command.js'
import { decide } from '../../src/domain/decide.js'
import { brokenInvariants } from '../../src/domain/invariants.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { decodeEvent } from '../../src/events/decode-event.js'
import { encodeEvent } from '../../src/events/encode-event.js'
import { toClient } from '../../src/projections/client.js'
import { arbitraryCommands, arbitraryEvent } from '../../src/testing/index.js'
import { aSession, aSessionEvent, DAY, T0 } from '../given.js'
import { given, LATER } from './given.js'

type CreateSession = Extract<ClientCommand, { readonly type: 'CreateSession' }>

const createSession = (differences: Partial<CreateSession> = {}): CreateSession => ({
  type: 'CreateSession',
  at: T0,
  clientId: 'client_1',
  sessionId: 'sess_1',
  userId: 'user_1',
  expireAt: T0 + 7 * DAY,
  abandonAt: T0 + 30 * DAY,
  ...differences,
})

describe('CreateSession', () => {
  it('CreateSession begins a session', () => {
    given()
      .when(createSession())
      .then({
        object: 'event',
        type: 'session.created',
        timestamp: T0,
        data: {
          object: 'session',
          id: 'sess_1',
          user_id: 'user_1',
          client_id: 'client_1',
          status: 'active',
          last_active_at: T0,
          expire_at: T0 + 7 * DAY,
          abandon_at: T0 + 30 * DAY,
          updated_at: T0,
          created_at: T0,
        },
      })
  })

  it('a repeated CreateSession does nothing, whatever happened to the session since', () => {
    const { actor: _, ...session } = aSession()
    given(aSessionEvent(session)).when(createSession()).then()
    given(aSessionEvent({ status: 'removed', updated_at: LATER }))
      .when(createSession())
      .then()
  })

  it('CreateSession is refused if the client has another session with this id', () => {
    given(aSessionEvent())
      .when(createSession({ userId: 'user_2' }))
      .thenRefused({ _tag: 'SessionAlreadyExists', sessionId: 'sess_1' })
    given(aSessionEvent())
      .when(createSession({ at: LATER }))
      .thenRefused({ _tag: 'SessionAlreadyExists', sessionId: 'sess_1' })
  })

  it('CreateSession is refused if the state is of another client', () => {
    given(aSessionEvent())
      .when(createSession({ clientId: 'client_2', sessionId: 'sess_2' }))
      .thenRefused({ _tag: 'ClientMismatch' })
  })

  it('CreateSession is refused if no log could hold its event', () => {
    given()
      .when(createSession({ userId: '' }))
      .thenRefused({
        _tag: 'InvalidCommand',
        issues: [{ path: 'data.user_id', expected: 'non-empty string', kind: 'an empty string' }],
      })
    for (const at of [NaN, -1, 0.5, 1_716_883_201, Infinity]) {
      const decision = decide(createSession({ at }), NO_CLIENT)
      expect(decision).toMatchObject(E.left({ _tag: 'InvalidCommand' }))
    }
  })

  it('CreateSession puts every optional key into the session', () => {
    const latest_activity = {
      id: 'act_1',
      object: 'session_activity',
      is_mobile: true,
      city: 'Oslo',
    }
    const command = createSession({
      status: 'pending',
      actor: { sub: 'user_9' },
      lastActiveOrganizationId: 'org_1',
      latestActivity: latest_activity,
      tasks: [{ key: 'choose-organization' }],
    })
    expect(decide(command, NO_CLIENT)).toMatchObject({
      right: [
        {
          type: 'session.created',
          data: {
            status: 'pending',
            actor: { sub: 'user_9' },
            last_active_organization_id: 'org_1',
            latest_activity,
            tasks: [{ key: 'choose-organization' }],
          },
        },
      ],
    })
  })
})

describe('commands that change a session', () => {
  it.each([
    { type: 'MarkSessionPending', event: 'session.pending', status: 'pending' },
    { type: 'EndSession', event: 'session.ended', status: 'ended' },
    { type: 'RevokeSession', event: 'session.revoked', status: 'revoked' },
    { type: 'RemoveSession', event: 'session.removed', status: 'removed' },
  ] as const)('$type emits $event, once', ({ type, event, status }) => {
    const changed: ClientEvent = {
      object: 'event',
      type: event,
      timestamp: LATER,
      data: aSession({ status, updated_at: LATER }),
    }
    const command = { type, at: LATER, sessionId: 'sess_1' }
    given(aSessionEvent()).when(command).then(changed)
    given(aSessionEvent(), changed).when(command).then()
  })

  it.each([
    { type: 'EndSession', event: 'session.ended', status: 'ended' },
    { type: 'RevokeSession', event: 'session.revoked', status: 'revoked' },
    { type: 'RemoveSession', event: 'session.removed', status: 'removed' },
    { type: 'MarkSessionPending', event: 'session.pending', status: 'pending' },
  ] as const)('$type keeps the tasks of the session', ({ type, event, status }) => {
    const tasks = [{ key: 'choose-organization' }]
    given(aSessionEvent({ tasks }))
      .when({ type, at: LATER, sessionId: 'sess_1' })
      .then({
        object: 'event',
        type: event,
        timestamp: LATER,
        data: aSession({ status, updated_at: LATER, tasks }),
      })
  })

  it('a change is accepted at the very time of the last update, if the state changes', () => {
    given(aSessionEvent())
      .when({ type: 'EndSession', at: T0, sessionId: 'sess_1' })
      .then({
        object: 'event',
        type: 'session.ended',
        timestamp: T0,
        data: aSession({ status: 'ended' }),
      })
  })

  it('MarkSessionPending replaces the tasks of a session that is already pending', () => {
    const tasks = [{ key: 'reset-password' }]
    given(aSessionEvent({ status: 'pending', tasks: [] }))
      .when({ type: 'MarkSessionPending', at: LATER, sessionId: 'sess_1', tasks })
      .then({
        object: 'event',
        type: 'session.pending',
        timestamp: LATER,
        data: aSession({ status: 'pending', updated_at: LATER, tasks }),
      })
  })

  it('a change is refused if the client has no session with this id', () => {
    given(aSessionEvent())
      .when({ type: 'EndSession', at: LATER, sessionId: 'sess_2' })
      .thenRefused({ _tag: 'SessionNotFound', sessionId: 'sess_2' })
    given()
      .when({ type: 'RemoveSession', at: LATER, sessionId: 'sess_1' })
      .thenRefused({ _tag: 'SessionNotFound', sessionId: 'sess_1' })
  })

  it('a session that is over can be removed but not changed', () => {
    const revoked = aSessionEvent({ status: 'revoked' })
    for (const type of ['EndSession', 'MarkSessionPending', 'ActivateSession'] as const) {
      given(revoked)
        .when({ type, at: LATER, sessionId: 'sess_1' })
        .thenRefused({ _tag: 'SessionAlreadyOver', sessionId: 'sess_1', status: 'revoked' })
    }
    const removed = decide(
      { type: 'RemoveSession', at: LATER, sessionId: 'sess_1' },
      foldClient([revoked]),
    )
    expect(E.isRight(removed) && removed.right).toHaveLength(1)
  })

  it('an ended session cannot be revoked', () => {
    given(aSessionEvent({ status: 'ended' }))
      .when({ type: 'RevokeSession', at: LATER, sessionId: 'sess_1' })
      .thenRefused({ _tag: 'SessionAlreadyOver', sessionId: 'sess_1', status: 'ended' })
  })

  it('a change is refused without an exception if no log could hold its tasks', () => {
    const tasks = [1n] as unknown as ReadonlyArray<string>
    for (const status of ['active', 'pending'] as const) {
      const state = foldClient([aSessionEvent({ status })])
      const command = { type: 'MarkSessionPending', at: LATER, sessionId: 'sess_1', tasks } as const
      expect(decide(command, state)).toMatchObject(E.left({ _tag: 'InvalidCommand' }))
    }
  })

  it('a change is refused at a time before the last update, although that was said earlier', () => {
    given(aSessionEvent({ updated_at: LATER }, { timestamp: T0 }))
      .when({ type: 'EndSession', at: T0 + 1, sessionId: 'sess_1' })
      .thenRefused({ _tag: 'TimeWentBackwards', sessionId: 'sess_1', at: T0 + 1, known: LATER })
  })

  it('a change is refused at a time before the last update', () => {
    given(aSessionEvent())
      .when({ type: 'EndSession', at: T0 - 1, sessionId: 'sess_1' })
      .thenRefused({ _tag: 'TimeWentBackwards', sessionId: 'sess_1', at: T0 - 1, known: T0 })
  })

  it('a change is refused if it would lose against a version said later', () => {
    given(aSessionEvent({}, { timestamp: LATER }))
      .when({ type: 'MarkSessionPending', at: T0, sessionId: 'sess_1' })
      .thenRefused({ _tag: 'TimeWentBackwards', sessionId: 'sess_1', at: T0, known: LATER })
  })
})

const isSame = (left: ClientState, right: ClientState): boolean => left === right

describe('decide', () => {
  const arbitraryState = fc
    .array(arbitraryEvent({ clientId: 'client_1' }), { maxLength: 6 })
    .map((events) => foldClient(events))

  it('every decision changes the state, keeps the invariants, can be logged, and is not repeated', () => {
    const seen = { emitted: 0, refused: 0, nothing: 0 }
    fc.assert(
      fc.property(
        fc.oneof(arbitraryState, fc.constant(NO_CLIENT)),
        arbitraryCommands(),
        (start, commands) => {
          let state: ClientState = start
          for (const command of commands) {
            const decision = decide(command, state)
            if (E.isLeft(decision)) {
              seen.refused += 1
              expect(describeClientError(decision.left)).not.toBe('')
              continue
            }
            if (decision.right.length > 0) seen.emitted += 1
            for (const event of decision.right) {
              const next = evolve(state, event)
              expect(isSame(next, state)).toBe(false)
              expect(decodeEvent(encodeEvent(event))).toEqual(E.right(event))
              state = next
              const client = toClient(state)
              expect(client && brokenInvariants(client)).toEqual([])
            }
            // The same command again has nothing to do.
            expect(decide(command, state)).toEqual(E.right([]))
            seen.nothing += 1
          }
        },
      ),
      { numRuns: 500 },
    )
    expect(Math.min(seen.emitted, seen.refused, seen.nothing)).toBeGreaterThan(20)
  })
})
