import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { foldClient } from '../../src/domain/fold.js'
import { clientIdOf, type ClientEvent } from '../../src/events/client-event.js'
import { decodeEvent } from '../../src/events/decode-event.js'
import { clientAsOf } from '../../src/projections/client-query.js'
import { explainClient, type ClientExplanation } from '../../src/projections/explanation.js'
import { aSessionEvent, anObservation, MINUTE, T0 } from '../given.js'
import { arbitraryClientQuery, arbitraryHostileLog } from '../model/hostile-log.js'
import { naiveDecidingRule } from '../model/naive-model.js'

const eventsByClient = (payloads: ReadonlyArray<unknown>): ReadonlyArray<ClientEvent[]> => {
  const clients = new Map<string, ClientEvent[]>()
  for (const payload of payloads) {
    const event = decodeEvent(payload)
    if (E.isLeft(event)) continue
    const id = clientIdOf(event.right)
    clients.set(id, [...(clients.get(id) ?? []), event.right])
  }
  return [...clients.values()]
}

const explained = (events: ReadonlyArray<ClientEvent>, query = {}): ClientExplanation => {
  const explanation = explainClient(events, query)
  if (explanation === null) throw new Error('the client does not exist')
  return explanation
}

const rulesOf = (events: ReadonlyArray<ClientEvent>) =>
  explained(events).sessions.map(({ winner, lost }) => [
    winner.places,
    ...lost.map(({ places, rule }) => [rule, places]),
  ])

const fieldOf = (events: ReadonlyArray<ClientEvent>, name: string, query = {}) =>
  explained(events, query).fields.find(({ field }) => field === name)

describe('the explanation of a Client', () => {
  it('names the rule that decided, and the events that carry each version', () => {
    const active = aSessionEvent({})
    const later = aSessionEvent({ updated_at: T0 + 2 * MINUTE }, { timestamp: T0 + 9 * MINUTE })
    const ended = aSessionEvent({ status: 'ended', updated_at: T0 + MINUTE })
    expect(rulesOf([active, ended, later, active])).toEqual([
      [[1], ['stage', [2]], ['stage', [0, 3]]],
    ])
    expect(rulesOf([active, later])).toEqual([[[1], ['updated_at', [0]]]])
    expect(rulesOf([active, aSessionEvent({}, { timestamp: T0 + 1 })])).toEqual([
      [[1], ['said', [0]]],
    ])
    expect(rulesOf([active, aSessionEvent({ status: 'pending' })])).toEqual([
      [[1], ['severity', [0]]],
    ])
    expect(rulesOf([active, aSessionEvent({ last_active_at: T0 + 5 })])).toEqual([
      [[1], ['text', [0]]],
    ])
  })

  it('says where each field comes from', () => {
    const created = aSessionEvent({ created_at: T0 - MINUTE })
    const observed = anObservation({ updated_at: T0 + MINUTE, last_active_session_id: 'sess_1' })
    const events = [created, observed]
    expect(fieldOf(events, 'object')).toEqual({ field: 'object', reason: 'constant', places: [] })
    expect(fieldOf(events, 'sessions')).toMatchObject({ reason: 'sessions', places: [0] })
    expect(fieldOf(events, 'sign_in_id')).toMatchObject({ reason: 'observation', places: [1] })
    expect(fieldOf([created], 'sign_in_id')).toMatchObject({ reason: 'no-observation' })
    expect(fieldOf(events, 'created_at')).toMatchObject({ reason: 'least', places: [0] })
    expect(fieldOf(events, 'updated_at')).toMatchObject({ reason: 'greatest', places: [1] })
    expect(fieldOf(events, 'last_active_session_id')).toMatchObject({
      ...{ reason: 'observed-activity', places: [1] },
    })
    expect(fieldOf([created], 'last_active_session_id')).toMatchObject({
      ...{ reason: 'activity', places: [0] },
    })
    const [, , at] = [0, 0, T0 + 1e10]
    expect(fieldOf([created], 'last_active_session_id', { at })).toMatchObject({
      ...{ reason: 'no-live-session', places: [] },
    })
  })

  it('says what the clock changed', () => {
    const statusAt = (at: number) => explained([aSessionEvent({})], { at }).sessions[0]
    expect(statusAt(T0)?.statusByClock).toBe(null)
    expect(statusAt(T0 + 1e10)?.statusByClock).toBe('expired')
  })

  it('of a client that did not exist then is null', () => {
    expect(explainClient([], {})).toBe(null)
    expect(explainClient([aSessionEvent({})], { asOf: T0 - 1 })).toBe(null)
  })

  it('has the Client of the library, the versions of the fold, and the rules of the model', () => {
    let rules = 0
    fc.assert(
      fc.property(arbitraryHostileLog(), arbitraryClientQuery(), (payloads, query) => {
        for (const events of eventsByClient(payloads)) {
          const explanation = explainClient(events, query)
          expect(JSON.stringify(explanation?.client ?? null)).toBe(
            JSON.stringify(clientAsOf(events, query)),
          )
          const state = foldClient(events, query)
          const winners = explanation?.sessions.map(({ sessionId, winner }) => [
            sessionId,
            winner.value,
          ])
          const kept = state.id === null ? undefined : [...state.sessions].sort()
          expect(winners && new Map(winners as Array<[string, unknown]>)).toEqual(
            kept && new Map(kept),
          )
          for (const { winner, lost } of explanation?.sessions ?? []) {
            for (const { value, rule } of lost) {
              expect(rule).toBe(naiveDecidingRule(winner.value, value))
              rules += 1
            }
          }
        }
      }),
    )
    expect(rules).toBeGreaterThan(0)
  })

  it('finds every value of a field in an event that it names', () => {
    fc.assert(
      fc.property(arbitraryHostileLog(), (payloads) => {
        for (const events of eventsByClient(payloads)) {
          const { client, fields } = explained(events)
          for (const { field, reason, places } of fields) {
            if (reason !== 'least' && reason !== 'greatest') continue
            expect(places.length).toBeGreaterThan(0)
            for (const place of places) {
              expect(clientAsOf([events[place]!], {})?.[field]).toBe(client[field])
            }
          }
        }
      }),
    )
  })
})
