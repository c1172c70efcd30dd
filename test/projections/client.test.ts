import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold, foldClient } from '../../src/domain/fold.js'
import { NO_CLIENT } from '../../src/domain/state.js'
import { clientIdOf, type ClientEvent } from '../../src/events/client-event.js'
import type { Client } from '../../src/events/client.js'
import { decodeEvent } from '../../src/events/decode-event.js'
import { clientAsOf, type ClientQuery } from '../../src/projections/client-query.js'
import { toClient, type ProjectionOptions } from '../../src/projections/client.js'
import { statusAt } from '../../src/projections/session.js'
import {
  arbitraryDeliveries,
  arbitrarySessionEvent,
  arbitraryTime,
} from '../../src/testing/index.js'
import { aSession, aSessionEvent, anObservation, DAY, MINUTE, T0 } from '../given.js'

const clientOf = (events: ReadonlyArray<ClientEvent>, options: ProjectionOptions = {}): Client => {
  const client = toClient(foldClient(events), options)
  if (client === null) throw new Error('there are no events')
  return client
}

describe('toClient', () => {
  it('a Client has the ten keys in their order, and its sessions by creation', () => {
    const events = [
      aSessionEvent({ id: 'sess_2', created_at: T0 + 1 }),
      aSessionEvent({ id: 'sess_3' }),
      aSessionEvent({ id: 'sess_1' }),
    ]
    expect(JSON.stringify(clientOf(events))).toBe(
      JSON.stringify({
        object: 'client',
        id: 'client_1',
        session_ids: ['sess_1', 'sess_3', 'sess_2'],
        sessions: [
          aSession({ id: 'sess_1' }),
          aSession({ id: 'sess_3' }),
          aSession({ id: 'sess_2', created_at: T0 + 1 }),
        ],
        sign_in_id: null,
        sign_up_id: null,
        last_active_session_id: 'sess_2',
        last_authentication_strategy: null,
        updated_at: T0,
        created_at: T0,
      }),
    )
  })

  it('a client without events does not exist', () => {
    expect(toClient(NO_CLIENT)).toBeNull()
  })

  it('a client whose sessions are all removed exists, with empty lists', () => {
    const client = clientOf([aSessionEvent({ status: 'removed' })])
    expect(client).toMatchObject({ session_ids: [], sessions: [], last_active_session_id: null })
  })

  it('revoked sessions are listed unless the option drops them', () => {
    const events = [aSessionEvent({ status: 'revoked' })]
    expect(clientOf(events).session_ids).toEqual(['sess_1'])
    expect(clientOf(events, { revoked: 'drop' }).session_ids).toEqual([])
    const ended = [aSessionEvent({ status: 'ended' })]
    expect(clientOf(ended, { revoked: 'drop' }).session_ids).toEqual(['sess_1'])
  })

  it('sign-in, sign-up and strategy come from the greatest observation', () => {
    const client = clientOf([
      anObservation({
        sign_in_id: 'sign_in_2',
        last_authentication_strategy: 'passkey',
        updated_at: T0 + 2,
      }),
      anObservation({ sign_in_id: 'sign_in_1', sign_up_id: 'sign_up_1', updated_at: T0 + 1 }),
    ])
    expect(client).toMatchObject({
      sign_in_id: 'sign_in_2',
      sign_up_id: null,
      last_authentication_strategy: 'passkey',
    })
  })

  it('the keys of a session are written in the documented order, in whatever order they came', () => {
    const { object, ...others } = aSession()
    const event: ClientEvent = {
      ...aSessionEvent(),
      type: 'session.created',
      data: { ...others, object },
    }
    expect(JSON.stringify(clientOf([event]).sessions[0])).toBe(JSON.stringify(aSession()))
  })
})

describe('statusAt', () => {
  it('a live session expires, and is abandoned, at the exact millisecond', () => {
    const session = aSession({ expire_at: T0 + 10, abandon_at: T0 + 5 })
    expect(statusAt(session)).toBe('active')
    expect(statusAt(session, T0 + 4)).toBe('active')
    expect(statusAt(session, T0 + 5)).toBe('abandoned')
    expect(statusAt(session, T0 + 10)).toBe('expired')
  })

  it('a session that is over keeps its status', () => {
    expect(statusAt(aSession({ status: 'revoked' }), T0 + 99 * DAY)).toBe('revoked')
  })
})

describe('last_active_session_id', () => {
  it('the last active session is the live one with the greatest activity, then creation, then id', () => {
    const events = [
      aSessionEvent({ id: 'sess_1', last_active_at: T0 + 1 }),
      aSessionEvent({ id: 'sess_2', created_at: T0 + 1 }),
      aSessionEvent({ id: 'sess_3', status: 'ended', last_active_at: T0 + 9 }),
    ]
    expect(clientOf(events).last_active_session_id).toBe('sess_1')
    expect(clientOf(events.slice(1)).last_active_session_id).toBe('sess_2')
    expect(clientOf(events.slice(2)).last_active_session_id).toBeNull()
  })

  it('a session that has expired by the clock is not the last active one', () => {
    const events = [
      aSessionEvent({ id: 'sess_1', last_active_at: T0 + 1, expire_at: T0 + 2 }),
      aSessionEvent({ id: 'sess_2' }),
    ]
    expect(clientOf(events, { at: T0 + 2 }).last_active_session_id).toBe('sess_2')
  })

  it('the session to which the observation points is the last active one, until another is active later', () => {
    const observation = anObservation({ last_active_session_id: 'sess_1', updated_at: T0 + MINUTE })
    const events = [
      observation,
      aSessionEvent(),
      aSessionEvent({ id: 'sess_2', last_active_at: T0 + 1 }),
    ]
    expect(clientOf(events).last_active_session_id).toBe('sess_1')
    const later = aSessionEvent({ id: 'sess_3', last_active_at: T0 + MINUTE + 1 })
    expect(clientOf([...events, later]).last_active_session_id).toBe('sess_3')
  })

  it('a session to which the observation points keeps an activity later than the observation', () => {
    const events = [
      anObservation({ last_active_session_id: 'sess_1', updated_at: T0 }),
      aSessionEvent({ id: 'sess_1', last_active_at: T0 + 10 }),
      aSessionEvent({ id: 'sess_2', last_active_at: T0 + 5 }),
    ]
    expect(clientOf(events).last_active_session_id).toBe('sess_1')
  })
})

/** The examples that Clerk publishes: five events, one session id, one `updated_at`, a timestamp in seconds. */
const publishedExamples = (['active', 'pending', 'ended', 'removed', 'revoked'] as const).map(
  (status) => ({
    data: { ...aSession({ status, id: 'sess_example', updated_at: T0 }), user: { id: 'user_1' } },
    event_attributes: { http_request: { client_ip: '203.0.113.1', user_agent: 'Example' } },
    instance_id: 'ins_example',
    object: 'event',
    timestamp: 1_716_883_200,
    type: status === 'active' ? 'session.created' : `session.${status}`,
  }),
)

const decoded = (payloads: ReadonlyArray<unknown>): ReadonlyArray<ClientEvent> =>
  payloads.map((payload) => {
    const event = decodeEvent(payload)
    if (E.isLeft(event)) throw new Error('an example was refused')
    return event.right
  })

describe('Clerk’s published examples', () => {
  it('the examples in any order give an existing Client with empty lists', () => {
    fc.assert(
      fc.property(arbitraryDeliveries(decoded(publishedExamples)), (deliveries) => {
        expect(clientOf(deliveries)).toMatchObject({
          id: 'client_1',
          sessions: [],
          session_ids: [],
        })
      }),
    )
  })

  it('the examples without the removal give one revoked session, in any order', () => {
    const others = publishedExamples.filter(({ type }) => type !== 'session.removed')
    fc.assert(
      fc.property(arbitraryDeliveries(decoded(others)), (deliveries) => {
        expect(clientOf(deliveries).sessions.map(({ status }) => status)).toEqual(['revoked'])
      }),
    )
  })
})

describe('clientAsOf', () => {
  const created = aSessionEvent({}, { recorded_at: T0 + DAY })
  const ended = aSessionEvent(
    { status: 'ended', updated_at: T0 + MINUTE },
    { recorded_at: T0 + 3 * DAY },
  )
  const statusIn = (view: ClientQuery): string | undefined =>
    clientAsOf([ended, created], view)
      ?.sessions.map(({ status }) => status)
      .join()

  it('asOf shows what was true then, as known today', () => {
    expect(statusIn({ asOf: T0 - 1 })).toBeUndefined()
    expect(statusIn({ asOf: T0 })).toBe('active')
    expect(statusIn({ asOf: T0 + MINUTE })).toBe('ended')
  })

  it('knownAt shows what was known then', () => {
    expect(statusIn({ knownAt: T0 + 2 * DAY })).toBe('active')
    expect(statusIn({ knownAt: T0 + 3 * DAY })).toBe('ended')
    expect(statusIn({ knownAt: T0 + 2 * DAY, asOf: T0 + MINUTE })).toBe('active')
  })

  it('asOf also sets the clock, unless at is given', () => {
    const events = [aSessionEvent()]
    const at = (view: ClientQuery) => clientAsOf(events, view)?.sessions[0]?.status
    expect(at({ asOf: T0 + 7 * DAY })).toBe('expired')
    expect(at({ asOf: T0 + 7 * DAY, at: T0 })).toBe('active')
    expect(at({ knownAt: T0 + 7 * DAY })).toBe('active')
  })

  it('an observation and the sessions inside it take part each by its own time', () => {
    const observation = anObservation({
      updated_at: T0 + DAY,
      created_at: T0 - DAY,
      sign_in_id: 'sign_in_1',
      sessions: [aSession(), aSession({ id: 'sess_2', updated_at: T0 + DAY })],
    })
    expect(clientAsOf([observation], { asOf: T0 })).toMatchObject({
      session_ids: ['sess_1'],
      sign_in_id: null,
      created_at: T0,
      updated_at: T0,
    })
  })

  it('a view as of a moment equals a fold of the events up to it', () => {
    const log = fc.array(arbitrarySessionEvent(), { maxLength: 15 })
    fc.assert(
      fc.property(log, arbitraryTime(), (events, asOf) => {
        const filtered = fold(events.filter(({ data }) => data.updated_at <= asOf))
        const ids = new Set(events.map(clientIdOf))
        for (const id of ids) {
          const own = events.filter((event) => clientIdOf(event) === id)
          expect(clientAsOf(own, { asOf })).toEqual(
            toClient(filtered.get(id) ?? NO_CLIENT, { at: asOf }),
          )
        }
      }),
    )
  })
})
