import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientAggregate } from '../../src/domain/client-aggregate.js'
import { clientsMonoid, clientStateMonoid, clientStateSemilattice } from '../../src/algebra.js'
import { evolve, fold, foldClient } from '../../src/domain/fold.js'
import {
  concat,
  NO_CLIENT,
  type ClientState,
  type ClientStates,
  type ExistingClient,
} from '../../src/domain/state.js'
import { stateText } from '../../src/domain/state-text.js'
import { clientIdOf, type ClientEvent } from '../../src/events/client-event.js'
import { arbitraryDeliveries, arbitraryEvent } from '../../src/testing/index.js'
import { aSession, aSessionEvent, anObservation, DAY, MINUTE, T0 } from '../given.js'

const textsOf = (clients: ClientStates): ReadonlyArray<readonly [string, string]> =>
  Array.from(clients, ([id, state]) => [id, stateText(state)] as const).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )

const stateOf = (...events: ReadonlyArray<ClientEvent>): ExistingClient => {
  const state = foldClient(events)
  if (state.id === null) throw new Error('there are no events')
  return state
}

const arbitraryLog = fc.array(arbitraryEvent(), { maxLength: 15 })

describe('fold', () => {
  it('a fold keeps the greatest version of every session, removed ones too', () => {
    const { sessions } = stateOf(
      aSessionEvent({ status: 'removed' }),
      aSessionEvent({ updated_at: T0 + MINUTE }),
      aSessionEvent({ id: 'sess_2' }),
    )
    expect(Array.from(sessions.values(), ({ session }) => session.status)).toEqual([
      'removed',
      'active',
    ])
  })

  it('created_at and updated_at are bounds over all versions seen, superseded ones too', () => {
    const state = stateOf(
      aSessionEvent({ status: 'removed', updated_at: T0, created_at: T0 }),
      aSessionEvent({ status: 'active', updated_at: T0 + DAY, created_at: T0 - DAY }),
    )
    expect(state).toMatchObject({ created_at: T0 - DAY, updated_at: T0 + DAY })
  })

  it('an observation gives the client its own created_at and its sessions', () => {
    const state = stateOf(
      anObservation({ created_at: T0 - 4400, sessions: [aSession({ status: 'expired' })] }),
    )
    expect(state.created_at).toBe(T0 - 4400)
    expect(state.sessions.get('sess_1')?.session.status).toBe('expired')
  })

  it('an observation that is not the greatest still widens the bounds', () => {
    const greatest = anObservation({ updated_at: T0 + DAY, created_at: T0 })
    const lesser = anObservation({ updated_at: T0, created_at: T0 - DAY })
    for (const events of [
      [greatest, lesser],
      [lesser, greatest],
    ]) {
      const state = events.reduce<ClientState>(evolve, clientAggregate.initialState())
      expect(state).toMatchObject({ created_at: T0 - DAY, updated_at: T0 + DAY })
    }
  })

  it('a fold of no events gives no client', () => {
    expect(foldClient([])).toBe(NO_CLIENT)
    expect(fold([]).size).toBe(0)
  })

  it('a fold of events beyond the horizon gives no client', () => {
    expect(fold([aSessionEvent()], { asOf: T0 - 1 }).size).toBe(0)
    expect(fold([aSessionEvent()], { knownAt: T0 - 1 }).size).toBe(0)
  })

  it('events of two clients never become one state', () => {
    const clients = fold([aSessionEvent(), aSessionEvent({ client_id: 'client_2' })])
    expect([...clients.keys()]).toEqual(['client_1', 'client_2'])
    expect(() => foldClient([aSessionEvent(), aSessionEvent({ client_id: 'client_2' })])).toThrow(
      TypeError,
    )
    expect(() =>
      concat(stateOf(aSessionEvent()), stateOf(aSessionEvent({ client_id: 'client_2' }))),
    ).toThrow(TypeError)
  })

  it('a fold equals the join of the states of the single events', () => {
    fc.assert(
      fc.property(arbitraryLog, (events) => {
        const joined = events
          .map((event) => fold([event]))
          .reduce(clientsMonoid.concat, clientsMonoid.empty)
        expect(textsOf(fold(events))).toEqual(textsOf(joined))
      }),
    )
  })

  it('neither concat nor evolve changes its arguments', () => {
    fc.assert(
      fc.property(arbitraryLog, arbitraryLog, (xs, ys) => {
        const [left, right] = [fold(xs), fold(ys)]
        const before = JSON.stringify([textsOf(left), textsOf(right), xs, ys])
        clientsMonoid.concat(left, right)
        for (const event of xs) evolve(left.get(clientIdOf(event)) ?? NO_CLIENT, event)
        expect(JSON.stringify([textsOf(left), textsOf(right), xs, ys])).toBe(before)
      }),
    )
  })
})

describe('clientsMonoid', () => {
  it('the states of many clients do not depend on order or duplicates', () => {
    const arbitrary = arbitraryLog.chain((events) =>
      fc.tuple(fc.constant(events), arbitraryDeliveries(events)),
    )
    fc.assert(
      fc.property(arbitrary, ([events, deliveries]) => {
        expect(textsOf(fold(deliveries))).toEqual(textsOf(fold(events)))
      }),
    )
  })

  it('fold is a homomorphism into a commutative, idempotent monoid', () => {
    fc.assert(
      fc.property(arbitraryLog, arbitraryLog, arbitraryLog, (xs, ys, zs) => {
        const [x, y, z] = [fold(xs), fold(ys), fold(zs)]
        const { concat: join, empty } = clientsMonoid
        expect(textsOf(join(x, y))).toEqual(textsOf(fold([...xs, ...ys])))
        expect(textsOf(join(x, y))).toEqual(textsOf(join(y, x)))
        expect(textsOf(join(join(x, y), z))).toEqual(textsOf(join(x, join(y, z))))
        expect(textsOf(join(x, x))).toEqual(textsOf(x))
        expect(textsOf(join(x, empty))).toEqual(textsOf(x))
        expect(textsOf(join(empty, x))).toEqual(textsOf(x))
      }),
    )
  })

  it('a checkpoint may be joined with a fold of events that it already holds', () => {
    fc.assert(
      fc.property(arbitraryLog, fc.nat(15), fc.nat(15), (events, until, from) => {
        const checkpoint = fold(events.slice(0, until))
        const rest = fold(events.slice(Math.min(from, until)))
        expect(textsOf(clientsMonoid.concat(checkpoint, rest))).toEqual(textsOf(fold(events)))
      }),
    )
  })
})

describe('evolve', () => {
  it('an event that says nothing new gives the very same state back', () => {
    const state = stateOf(aSessionEvent())
    expect(evolve(state, aSessionEvent())).toBe(state)
    const removed = stateOf(aSessionEvent({ status: 'removed' }))
    expect(evolve(removed, aSessionEvent())).toBe(removed)
  })

  it('an equal observation gives the very same state back', () => {
    const observed = () => anObservation({ sign_in_id: 'sia_1', sessions: [aSession()] })
    const state = stateOf(observed())
    expect(evolve(state, observed())).toBe(state)
  })

  it('the text of a state changes exactly when the state does', () => {
    const log = fc.array(arbitraryEvent({ clientId: 'client_1' }), { maxLength: 10 })
    fc.assert(
      fc.property(log, (events) => {
        events.reduce((state, event) => {
          const next = evolve(state, event)
          expect(stateText(next) === stateText(state)).toBe(next === state)
          return next
        }, clientAggregate.initialState())
      }),
    )
  })
})

describe('the fp-ts instances', () => {
  it('semilattice, monoid and aggregate have the same join', () => {
    const [left, right] = [stateOf(aSessionEvent()), stateOf(aSessionEvent({ id: 'sess_2' }))]
    const text = stateText(concat(left, right))
    expect(stateText(clientStateSemilattice.join(left, right))).toBe(text)
    expect(stateText(clientStateMonoid.concat(left, right))).toBe(text)
    expect(stateText(clientAggregate.concat(left, right))).toBe(text)
    expect(clientStateMonoid.empty).toBe(clientAggregate.initialState())
  })
})
