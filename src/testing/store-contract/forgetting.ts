import assert from 'node:assert/strict'
import type { ClientEvent, SessionEvent } from '../../events/client-event.js'
import { clientHashOf } from '../../event-store/client-hash.js'
import type { SessionStatus } from '../../events/session.js'
import { assertClientHolds, collect, textsOf, withStore } from './checks.js'
import { sampleEvent, sampleObservation } from './sample-events.js'
import type { StoreCase } from './store-case.js'

const DAY = 86_400_000
const ofSession = { _tag: 'Erased', what: 'session' }

/** Sessions of one client: when they end is what differs. */
const session = (
  n: number,
  sessionId: string,
  change: Partial<SessionEvent['data']>,
  clientId = 'client_1',
): SessionEvent => {
  const sample = sampleEvent(n, { sessionId, clientId, id: `msg_${clientId}_${n}` })
  return { ...sample, data: { ...sample.data, ...change } }
}

/** The moment of these cases. */
const NOW = sampleEvent(0).data.created_at + 20 * DAY

const status = (value: SessionStatus, updatedAt: number) => ({
  status: value,
  updated_at: updatedAt,
})

const ENDED = [
  session(1, 'sess_ended', {}),
  session(2, 'sess_ended', status('ended', NOW - 1)),
  session(3, 'sess_removed', status('removed', NOW - DAY)),
  // As recorded it is active, but it has expired.
  session(4, 'sess_expired', { expire_at: NOW - 1 }),
  session(5, 'sess_abandoned', { expire_at: NOW + DAY, abandon_at: NOW - 1 }),
]
const LEFT = [
  session(6, 'sess_late', status('ended', NOW)),
  session(7, 'sess_live', { expire_at: NOW, user_id: 'user_2' }),
]
const dataOf = (events: ReadonlyArray<SessionEvent>) => events.map(({ data }) => data)
const observed = sampleObservation('client_1', dataOf([...LEFT, ...ENDED]), 'msg_o')
const reduced = {
  ...observed,
  data: {
    ...sampleObservation('client_1', dataOf(LEFT)).data,
    last_active_session_id: null,
  },
}
const ALONE: ReadonlyArray<ClientEvent> = [
  session(1, 'sess_alone', status('ended', NOW - DAY), 'client_2'),
  {
    ...sampleObservation('client_2', [], 'msg_empty'),
    data: sampleObservation('client_2', []).data,
  },
]
const UNTOUCHED = [session(1, 'sess_other', { expire_at: NOW + DAY }, 'client_3')]

/** The cases for the guarantees of forgetting. */
export const forgettingCases: ReadonlyArray<StoreCase> = [
  {
    name: 'sessions that were over before a moment are forgotten whole, and all others are unchanged',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.append('client_1', [...ENDED, ...LEFT, observed], 'any')
        await store.record(UNTOUCHED)
        const { last } = await store.erasures()
        assert.deepEqual(await store.forget(NOW), {
          clients: 1,
          events: 6,
          sessions: 4,
          damaged: 0,
        })
        assert.deepEqual(textsOf(await store.readClient('client_1')), textsOf([...LEFT, reduced]))
        await assertClientHolds(store, 'client_3', UNTOUCHED)
        assert.deepEqual(await store.clientsOfSession('sess_ended'), [])
        assert.deepEqual(await store.clientsOfSession('sess_live'), ['client_1'])
        assert.deepEqual((await store.erasures(last)).clients, [clientHashOf('client_1')])
        const again = await store.forget(NOW)
        assert.deepEqual(again, { clients: 0, events: 0, sessions: 0, damaged: 0 })
        const found: Error[] = []
        await store.check({ onDamage: (damage) => found.push(damage) })
        assert.deepEqual(found, [])
      }),
  },
  {
    name: 'an event about a forgotten session is refused',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.append('client_1', [...ENDED, ...LEFT, observed], 'any')
        await store.record(ALONE)
        await store.forget(NOW)
        assert.deepEqual(
          await store.record(ENDED),
          ENDED.map(() => ofSession),
        )
        const left = await collect(store.readAll())
        const outcomes = await store.record([observed, ...LEFT, ...ALONE])
        assert.deepEqual(
          outcomes.map(({ _tag }) => _tag),
          ['Duplicate', 'Duplicate', 'Duplicate', 'Erased', 'Duplicate'],
        )
        assert.deepEqual(await collect(store.readAll()), left)
        // Also what was never seen, with another clock.
        const late = session(9, 'sess_ended', status('revoked', NOW + DAY))
        assert.deepEqual(await store.record([late]), [ofSession])
        const onlyForgotten = sampleObservation('client_1', dataOf(ENDED.slice(0, 1)), 'msg_p')
        assert.deepEqual(await store.record([onlyForgotten]), [ofSession])
      }),
  },
  {
    name: 'a client without other sessions goes with its forgotten ones',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.record([...ALONE, ...UNTOUCHED])
        // A device without any session.
        await store.record([sampleObservation('client_4', [], 'msg_nobody')])
        const result = await store.forget(NOW)
        assert.deepEqual(result, { clients: 2, events: 3, sessions: 1, damaged: 0 })
        assert.deepEqual(await store.clientIds(), ['client_3'])
        assert.deepEqual(await store.readClient('client_2'), [])
        // A new session makes the device known again, at the next revision.
        const fresh = session(8, 'sess_fresh', {}, 'client_2')
        const [recorded] = await store.record([fresh])
        assert.equal(recorded?._tag === 'Recorded' && recorded.recorded.revision, 3)
        assert.deepEqual(textsOf(await store.readClient('client_2')), textsOf([fresh]))
      }),
  },
]
