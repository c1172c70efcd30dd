import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'
import { recordVerified } from '../../src/webhooks/record-verified.js'
import { retryQuarantined } from '../../src/webhooks/retry.js'
import { describeOutcome, statusOf } from '../../src/webhooks/outcome.js'
import type { UserDeletionOptions } from '../../src/webhooks/user-deletion.js'
import { aSessionEvent, DAY, T0 } from '../given.js'
import { aPayload, collected, givenReceiver, requestOf, signed, type Given } from './given.js'

/** The payload of a `user.deleted` as Clerk sends it. */
const aDeletion = (data: unknown = { deleted: true, id: 'user_1', object: 'user' }): object => ({
  data,
  event_attributes: { http_request: { client_ip: '', user_agent: '' } },
  instance_id: 'ins_1',
  object: 'event',
  timestamp: T0,
  type: 'user.deleted',
})

const ERASE: UserDeletionOptions = { onUserDeleted: 'erase' }
const IN_A_WEEK: UserDeletionOptions = { onUserDeleted: 'erase', holdbackMilliseconds: 7 * DAY }

/** Delivers a payload, signed by the package of Svix. */
const deliver = ({ receive }: Given, payload: object, id = 'msg_deleted') =>
  receive(requestOf(signed(JSON.stringify(payload), { id })))

/** A receiver with a session of `user_1` and one of `user_2`, on one device. */
const givenUsers = async (
  options: UserDeletionOptions,
  store = openMemoryStore({ now: () => T0 }),
) => {
  const given = givenReceiver(options, store)
  await given.clients.record([
    aSessionEvent({}, { id: 'msg_1' }),
    aSessionEvent({ id: 'sess_2', user_id: 'user_2' }, { id: 'msg_2' }),
  ])
  return given
}

const idsIn = async ({ events }: Given) => (await events()).map(({ event }) => event.id)

const pendingIn = ({ store }: Given) => collected(store.pendingErasures.all())

it.each([{}, { onUserDeleted: 'ignore' } as const])(
  'a user.deleted is ignored with the options %o',
  async (options) => {
    const given = await givenUsers(options)
    for (const payload of [aDeletion(), aDeletion({})]) {
      expect(await deliver(given, payload)).toEqual({ _tag: 'Ignored', id: 'msg_deleted' })
    }
    expect(await idsIn(given)).toEqual(['msg_1', 'msg_2'])
    expect(await pendingIn(given)).toEqual([])
    expect(await given.quarantined()).toEqual([])
  },
)

it('a user.deleted erases the user before it is answered, and late events of that user are refused', async () => {
  const given = await givenUsers(ERASE)
  const outcome = await deliver(given, aDeletion())
  expect(outcome).toEqual({ _tag: 'UserErased', id: 'msg_deleted' })
  expect(statusOf(outcome)).toBe(200)
  expect(await idsIn(given)).toEqual(['msg_2'])
  expect(await pendingIn(given)).toEqual([])
  // A redelivery changes nothing.
  expect(await deliver(given, aDeletion())).toEqual(outcome)
  expect(await idsIn(given)).toEqual(['msg_2'])
  expect(await deliver(given, aPayload(), 'msg_late')).toMatchObject({ _tag: 'Erased' })
})

it('a user.deleted that comes before every event of its user refuses those events', async () => {
  const given = givenReceiver(ERASE)
  expect(await deliver(given, aDeletion())).toMatchObject({ _tag: 'UserErased' })
  expect(await deliver(given, aPayload(), 'msg_late')).toMatchObject({ _tag: 'Erased' })
  expect(await given.events()).toEqual([])
})

it('a user.deleted with a holdback schedules the erasure, and until then the user is served as before', async () => {
  const given = await givenUsers(IN_A_WEEK)
  const outcome = await deliver(given, aDeletion())
  expect(outcome).toEqual({ _tag: 'ErasureScheduled', id: 'msg_deleted', dueAt: T0 + 7 * DAY })
  expect([statusOf(outcome), describeOutcome(outcome)]).toEqual([
    200,
    'the erasure of the user is scheduled for 2024-06-04T08:00:00.000Z',
  ])
  expect(await deliver(given, aPayload(), 'msg_3')).toMatchObject({ _tag: 'Recorded' })
  expect(await idsIn(given)).toEqual(['msg_1', 'msg_2', 'msg_3'])
  const session = await given.clients.session('sess_1', { at: T0 })
  expect(session).toMatchObject({ user_id: 'user_1', status: 'active' })
})

it('a user.deleted that is repeated moves no due time', async () => {
  const store = openMemoryStore({ now: () => T0 })
  const given = await givenUsers(IN_A_WEEK, store)
  await deliver(given, aDeletion())
  const later = givenReceiver({ ...IN_A_WEEK, now: () => T0 + DAY }, store)
  const again = signed(JSON.stringify(aDeletion()), { id: 'msg_deleted', at: T0 + DAY })
  expect(await later.receive(requestOf(again))).toMatchObject({ dueAt: T0 + 7 * DAY })
  expect(await pendingIn(given)).toEqual([{ userId: 'user_1', dueAt: T0 + 7 * DAY }])
})

it('a user.deleted that is repeated after it was called off erases nothing, also without a holdback', async () => {
  const store = openMemoryStore({ now: () => T0 })
  const given = await givenUsers(IN_A_WEEK, store)
  await deliver(given, aDeletion())
  expect(await given.clients.pendingErasures.callOff('user_1')).toBe(true)
  for (const again of [given, givenReceiver(ERASE, store)]) {
    const outcome = await deliver(again, aDeletion())
    expect(outcome).toEqual({ _tag: 'ErasureCalledOff', id: 'msg_deleted' })
    expect(statusOf(outcome)).toBe(200)
  }
  expect(await pendingIn(given)).toEqual([])
  expect(await idsIn(given)).toEqual(['msg_1', 'msg_2'])
})

it.each([
  { name: 'no data', data: null },
  { name: 'no id', data: { deleted: true, object: 'user' } },
  { name: 'an empty id', data: { deleted: true, id: '', object: 'user' } },
  { name: 'an id that is no text', data: { id: 7 } },
  { name: 'another object', data: { deleted: true, id: 'user_1', object: 'organization' } },
  { name: 'a user that is not deleted', data: { deleted: false, id: 'user_1', object: 'user' } },
])('a user.deleted with $name waits in the quarantine, and erases no user', async ({ data }) => {
  const given = await givenUsers(ERASE)
  const outcome = await deliver(given, aDeletion(data))
  expect(outcome).toMatchObject({ _tag: 'Quarantined' })
  expect(statusOf(outcome)).toBe(202)
  const [kept] = await given.quarantined()
  expect(kept?.reason).not.toContain('user_1')
  expect(Buffer.from(kept?.body ?? []).toString()).toBe(JSON.stringify(aDeletion(data)))
  expect(await collected(retryQuarantined(given.clients))).toEqual([outcome])
  expect(await idsIn(given)).toEqual(['msg_1', 'msg_2'])
})

it('a user.deleted that is forged erases no user', async () => {
  const given = await givenUsers(ERASE)
  const sent = signed(JSON.stringify(aDeletion()))
  const body = Buffer.from(JSON.stringify(aDeletion({ id: 'user_2' })))
  expect(await given.receive(requestOf({ ...sent, body }))).toMatchObject({ _tag: 'Refused' })
  expect(await idsIn(given)).toEqual(['msg_1', 'msg_2'])
})

it('a user.deleted that was verified elsewhere erases too', async () => {
  const given = await givenUsers({})
  const options = { clients: given.clients, id: 'msg_deleted', now: () => T0 }
  expect(await recordVerified(aDeletion(), { ...options, ...IN_A_WEEK })).toMatchObject({
    _tag: 'ErasureScheduled',
  })
  expect(await recordVerified(aDeletion(), { ...options, ...ERASE })).toMatchObject({
    _tag: 'UserErased',
  })
  expect(await idsIn(given)).toEqual(['msg_2'])
})

it('a user.deleted whose erasure fails is not acknowledged, and is carried out later without another delivery', async () => {
  const store = openMemoryStore({ now: () => T0 })
  const given = await givenUsers(ERASE, {
    ...store,
    eraseUser: () => Promise.reject(new StoreUnavailable('busy', 'the store is busy')),
  })
  const outcome = await deliver(given, aDeletion())
  expect(outcome).toMatchObject({ _tag: 'Unavailable' })
  expect(statusOf(outcome)).toBe(503)
  expect(await idsIn(given)).toEqual(['msg_1', 'msg_2'])
  const again = givenReceiver({}, store)
  expect(await again.clients.eraseDue()).toBe(1)
  expect(await idsIn(given)).toEqual(['msg_2'])
})

it.each([
  { onUserDeleted: 'delete' as 'erase' },
  { holdbackMilliseconds: -1 },
  { holdbackMilliseconds: 0.5 },
  { holdbackMilliseconds: Number.NaN },
  { holdbackMilliseconds: 1e15 },
])('no receiver is created with the invalid option %o', (options) => {
  expect(() => givenReceiver(options)).toThrow(TypeError)
})

it('exactly the users are erased that a user.deleted names, that are due and that were not called off, in any order of calls', async () => {
  const userIds = ['user_1', 'user_2', 'user_3']
  const user = fc.constantFrom(...userIds)
  const steps = fc.array(
    fc.record({ what: fc.constantFrom('delete', 'delete', 'callOff', 'carryOut'), user }),
    { maxLength: 12 },
  )
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const store = openMemoryStore({ now: () => T0 })
      const given = givenReceiver(IN_A_WEEK, store)
      await given.clients.record(
        userIds.map((id) => aSessionEvent({ id: `sess_${id}`, user_id: id }, { id })),
      )
      const stateOf = new Map<string, 'scheduled' | 'called off' | 'erased'>()
      for (const { what, user: id } of sequence) {
        if (what === 'delete') {
          await deliver(given, aDeletion({ deleted: true, id, object: 'user' }))
          if (!stateOf.has(id)) stateOf.set(id, 'scheduled')
        } else if (what === 'callOff') {
          const isCalledOff = await given.clients.pendingErasures.callOff(id)
          if (stateOf.get(id) === 'scheduled') expect(isCalledOff).toBe(true)
          if (stateOf.get(id) === 'scheduled') stateOf.set(id, 'called off')
        } else {
          // One millisecond too early, and in time.
          const early = givenReceiver({}, store, T0 + 7 * DAY - 1)
          expect(await early.clients.eraseDue()).toBe(0)
          await givenReceiver({}, store, T0 + 7 * DAY).clients.eraseDue()
          for (const [each, state] of stateOf) {
            if (state === 'scheduled') stateOf.set(each, 'erased')
          }
        }
        const left = userIds.filter((each) => stateOf.get(each) !== 'erased')
        expect(await idsIn(given)).toEqual(left)
      }
    }),
    { numRuns: 50 },
  )
})
