import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/domain/decide.js'
import { evolve, foldClient } from '../../src/domain/fold.js'
import type { ClientState } from '../../src/domain/state.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { toClient } from '../../src/projections/client.js'
import { aSession, aSessionEvent, T0 } from '../given.js'
import { given, LATER } from './given.js'

describe('ActivateSession', () => {
  it('ActivateSession makes a pending session active, without tasks, once', () => {
    const pending = aSessionEvent({ status: 'pending', tasks: [{ key: 'choose-organization' }] })
    const activated: ClientEvent = {
      object: 'event',
      type: 'session.created',
      timestamp: LATER,
      data: aSession({ status: 'active', updated_at: LATER, tasks: null }),
    }
    const command = { type: 'ActivateSession', at: LATER, sessionId: 'sess_1' } as const
    given(pending).when(command).then(activated)
    given(pending, activated).when(command).then()
  })

  it('ActivateSession does nothing to a session that is active, whatever its tasks are', () => {
    const command = { type: 'ActivateSession', at: LATER, sessionId: 'sess_1' } as const
    given(aSessionEvent()).when(command).then()
    given(aSessionEvent({ tasks: [{ key: 'reset-password' }] }))
      .when(command)
      .then()
  })

  it('ActivateSession adds no key for tasks to a session without one', () => {
    const decision = decide(
      { type: 'ActivateSession', at: LATER, sessionId: 'sess_1' },
      foldClient([aSessionEvent({ status: 'pending' })]),
    )
    expect(E.isRight(decision) && decision.right[0]?.data).toEqual(
      aSession({ status: 'active', updated_at: LATER }),
    )
    expect(E.isRight(decision) && decision.right[0]?.data).not.toHaveProperty('tasks')
  })

  it('ActivateSession is refused at the time at which the session became pending', () => {
    given(aSessionEvent({ status: 'pending' }))
      .when({ type: 'ActivateSession', at: T0, sessionId: 'sess_1' })
      .thenRefused({ _tag: 'TimeWentBackwards', sessionId: 'sess_1', at: T0, known: T0 })
  })

  it('a session can become pending and active again and again', () => {
    let state: ClientState = foldClient([aSessionEvent()])
    const types = ['MarkSessionPending', 'ActivateSession'] as const
    for (const [place, type] of [...types, ...types].entries()) {
      const decision = decide({ type, at: LATER + place, sessionId: 'sess_1' }, state)
      state = E.isRight(decision) ? decision.right.reduce(evolve, state) : state
      const status = type === 'ActivateSession' ? 'active' : 'pending'
      expect(toClient(state)?.sessions).toMatchObject([{ status, updated_at: LATER + place }])
    }
  })
})
