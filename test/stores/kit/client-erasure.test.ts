import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ClientEvent } from '../../../src/events/client-event.js'
import type { Session } from '../../../src/events/session.js'
import { planErasure } from '../../../src/stores/kit/client-erasure.js'
import { recordOf, type StoredEvent } from '../../../src/stores/kit/event-record.js'
import { anObservation, aSession, aSessionEvent, T0 } from '../../given.js'

const storedOf = (events: ReadonlyArray<ClientEvent | string>): ReadonlyArray<StoredEvent> =>
  events.map((event, index) => ({
    text: typeof event === 'string' ? event : recordOf(event, T0).text,
    recordedAt: T0 + index,
    revision: index + 1,
    position: String(index),
  }))

const own = (id: string): Session => aSession({ id, user_id: 'user_1' })
const others = (id: string): Session => aSession({ id, user_id: 'user_2' })
const eventOf = (session: Session): ClientEvent => aSessionEvent(session)

const USER = { kind: 'user', id: 'user_1' } as const
const CLIENT = { kind: 'client', id: 'client_1' } as const

it('the erasure of a user deletes the events of the user, and rewrites what others share', () => {
  const plan = planErasure(
    USER,
    'client_1',
    storedOf([
      eventOf(own('a')),
      eventOf(others('b')),
      anObservation({ sessions: [own('a'), others('b')], last_active_session_id: 'a' }),
      anObservation({ sessions: [own('a')] }, { id: 'alone' }),
      anObservation({ sessions: [] }, { id: 'empty' }),
    ]),
  )
  expect(plan).toMatchObject({
    deleted: [1, 4],
    horizon: 5,
    sessionKeys: ['a'],
    userKeys: ['user_1'],
  })
  expect(plan.rewritten).toMatchObject([
    {
      revision: 3,
      record: { recordedAt: T0 + 2, event: { data: { last_active_session_id: null } } },
    },
  ])
  expect(plan.rewritten[0]?.record.text).not.toContain('user_1')
})

it('a session that another user names too keeps its look-up', () => {
  const plan = planErasure(USER, 'client_1', storedOf([eventOf(own('a')), eventOf(others('a'))]))
  expect(plan).toMatchObject({ deleted: [1], sessionKeys: [], userKeys: ['user_1'] })
})

it('the erasure of a user deletes a damaged event that names the user, and leaves other damage alone', () => {
  const damaged = ['{"user_id":"user_1"', '{"user_id":"user_11"', '']
  const plan = planErasure(USER, 'client_1', storedOf([...damaged, eventOf(others('b'))]))
  expect(plan).toMatchObject({ deleted: [1], rewritten: [], horizon: 4, userKeys: ['user_1'] })
})

it('the erasure of a client with a damaged event searches the look-ups for all of its rows', () => {
  const sound = planErasure(CLIENT, 'client_1', storedOf([eventOf(own('a')), eventOf(others('b'))]))
  expect(sound).toMatchObject({
    deleted: [1, 2],
    sessionKeys: ['a', 'b'],
    userKeys: ['user_1', 'user_2'],
  })
  const damaged = planErasure(CLIENT, 'client_1', storedOf([eventOf(own('a')), '']))
  expect(damaged).toMatchObject({ deleted: [1, 2], sessionKeys: null, userKeys: null })
  const allDamaged = planErasure(CLIENT, '"hashed', storedOf(['']))
  expect(allDamaged).toMatchObject({ deleted: [1], clientHash: null })
})

it('the moment of an erasure lies after the creation of every session that it erased', () => {
  const late = { ...own('a'), created_at: T0 + 9 }
  const events = [eventOf(own('a')), anObservation({ sessions: [late, others('b')] })]
  expect(planErasure(USER, 'client_1', storedOf(events)).latestCreatedAt).toBe(T0 + 9)
  expect(planErasure(USER, 'client_1', []).latestCreatedAt).toBe(-1)
})

it('after an erasure of a user no text holds the user, and all events of others are left as they were', () => {
  const session = fc
    .tuple(fc.constantFrom('user_1', 'user_2', 'user_3'), fc.constantFrom('a', 'b', 'c'))
    .map(([user_id, id]) => aSession({ id: `${id}_${user_id}`, user_id }))
  const event = fc.oneof(
    session.map(eventOf),
    fc
      .array(session, { maxLength: 4 })
      .map((sessions) =>
        anObservation({ sessions, last_active_session_id: sessions[0]?.id ?? null }),
      ),
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 6 }), (events) => {
      const stored = storedOf(events)
      const plan = planErasure(USER, 'client_1', stored)
      const rewritten = new Map(
        plan.rewritten.map(({ revision, record }) => [revision, record.text]),
      )
      const rest = stored.flatMap(({ text, revision }) =>
        plan.deleted.includes(Number(revision)) ? [] : [rewritten.get(Number(revision)) ?? text],
      )
      for (const text of rest) expect(text).not.toContain('user_1')
      const untouched = stored.filter(({ text }) => !text.includes('user_1'))
      for (const { text } of untouched) expect(rest).toContain(text)
    }),
  )
})
