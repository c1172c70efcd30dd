import assert from 'node:assert/strict'
import { clientHashOf } from '../../event-store/client-hash.js'
import type { EventStore } from '../../event-store/event-store.js'
import { appendedOf, assertClientHolds, collect, refusalOf, textsOf, withStore } from './checks.js'
import {
  AFTER_ALL_ERASURES,
  sampleEvent,
  sampleEvents,
  sampleObservation,
} from './sample-events.js'
import type { StoreCase } from './store-case.js'

const ofUser = { _tag: 'Erased', what: 'user' }

const revisionsOf = async (store: EventStore, clientId: string): Promise<ReadonlyArray<number>> =>
  (await store.readClient(clientId)).map(({ revision }) => revision)

/** One device that two people use: events of both, and observations with the sessions of both. */
const SHARED = 'client_shared'
const own = (n: number) =>
  sampleEvent(n, { clientId: SHARED, userId: 'user_1', sessionId: 'sess_own', id: `msg_${n}` })
const others = (n: number) =>
  sampleEvent(n, { clientId: SHARED, userId: 'user_2', sessionId: 'sess_others', id: `msg_${n}` })
const ofBoth = sampleObservation(SHARED, [others(2).data, own(3).data], 'msg_both')
const ofOthers = sampleObservation(SHARED, [others(2).data], 'msg_both')
const reduced = { ...ofOthers, data: { ...ofOthers.data, last_active_session_id: null } }

/** Events of a shared device, in an order in which the first and the last one go. */
const DEVICE = [own(1), others(2), ofBoth, own(3), others(4), own(5)]
const REST = [others(2), reduced, others(4)]

/** The cases for the guarantees of erasing. */
export const erasingCases: ReadonlyArray<StoreCase> = [
  {
    name: 'an erased client is gone, and all other clients are unchanged',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const kept = sampleEvents(5, { clientId: 'client_2' })
        await store.record([...sampleEvents(5), ...kept])
        const before = await collect(store.readAll())
        assert.equal(await store.eraseClient('client_1'), 5)
        await assertClientHolds(store, 'client_1', [])
        await assertClientHolds(store, 'client_2', kept)
        assert.deepEqual(textsOf(await collect(store.readAll())), textsOf(kept))
        assert.deepEqual(await store.clientIds(), ['client_2'])
        assert.deepEqual(await store.clientsOfUser('user_1'), ['client_2'])
        assert.deepEqual(await store.clientsOfSession('sess_1'), ['client_2'])
        // A reader whose position is an erased event reads on after it.
        const rest = await collect(store.readAll({ after: before[2]?.position }))
        assert.deepEqual(textsOf(rest), textsOf(kept))
        assert.equal(await store.eraseClient('client_1'), 0)
        assert.equal(await store.eraseClient('client_never_seen'), 0)
      }),
  },
  {
    name: 'an erased user is gone from every client, and all other users are unchanged',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const alone = sampleEvents(3, { clientId: 'client_alone' })
        const apart = sampleEvents(3, { clientId: 'client_apart', userId: 'user_2' })
        await store.append(SHARED, DEVICE, 'any')
        await store.record([...alone, ...apart])
        assert.equal(await store.wasErased('user', 'user_1'), false)
        assert.equal(await store.eraseUser('user_1'), 4 + 3)
        assert.equal(await store.wasErased('user', 'user_1'), true)
        assert.equal(await store.wasErased('client', 'client_alone'), false)
        assert.deepEqual(textsOf(await store.readClient(SHARED)), textsOf(REST))
        assert.deepEqual(textsOf(await store.readClient('client_alone')), [])
        await assertClientHolds(store, 'client_apart', apart)
        assert.deepEqual(textsOf(await collect(store.readAll())), textsOf([...REST, ...apart]))
        assert.deepEqual(await store.clientIds(), ['client_apart', SHARED])
        assert.deepEqual(await store.clientsOfUser('user_1'), [])
        assert.deepEqual(await store.clientsOfUser('user_2'), ['client_apart', SHARED])
        assert.deepEqual(await store.clientsOfSession('sess_own'), [])
        assert.deepEqual(await store.clientsOfSession('sess_others'), [SHARED])
        assert.equal(await store.eraseUser('user_1'), 0)
        assert.equal(await store.eraseUser('user_never_seen'), 0)
      }),
  },
  {
    name: 'an erased user is gone from every client, and all other users are unchanged: with many events',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const people = [own(1).data, others(2).data]
        const many = Array.from({ length: 300 }, (_, n) => [
          { ...own(1), id: `msg_own_${n}` },
          { ...others(2), id: `msg_others_${n}` },
          sampleObservation(SHARED, people, `msg_observed_${n}`),
        ]).flat()
        await store.append(SHARED, many, 'any')
        assert.equal(await store.eraseUser('user_1'), 600)
        const left = await store.readClient(SHARED)
        assert.deepEqual(
          left.map(({ event, revision }) => [event.id, revision]),
          many.flatMap(({ id }, index) => (index % 3 === 0 ? [] : [[id, index + 1]])),
        )
        assert(!textsOf(left).join().includes('user_1'))
      }),
  },
  {
    name: 'an erased user is gone from every client, and all other users are unchanged: observations that become equal are one',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const observations = [1, 2, 3].map((n) =>
          sampleObservation(SHARED, [own(n).data, others(2).data]),
        )
        await store.append(SHARED, observations, 'any')
        assert.equal(await store.eraseUser('user_1'), 3)
        const rest = [sampleObservation(SHARED, [others(2).data])]
        assert.deepEqual(textsOf(await store.readClient(SHARED)), textsOf(rest))
        const outcomes = await store.record([...observations, ...rest])
        assert.deepEqual(
          outcomes.map(({ _tag }) => _tag),
          outcomes.map(() => 'Duplicate'),
        )
      }),
  },
  {
    name: 'a session that was created after an erasure is recorded',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.record(sampleEvents(2))
        await store.eraseClient('client_1')
        await store.eraseUser('user_1')
        const later = sampleEvent(3, { sessionId: 'sess_new', createdAt: AFTER_ALL_ERASURES })
        appendedOf(await store.append('client_1', [later], 'no-stream'))
        assert.deepEqual(textsOf(await store.readClient('client_1')), textsOf([later]))
        assert.deepEqual(await store.clientIds(), ['client_1'])
        assert.deepEqual(await store.clientsOfUser('user_1'), ['client_1'])
        const observed = sampleObservation('client_1', [later.data])
        appendedOf(await store.append('client_1', [observed], 'stream-exists'))
        assert.equal(await store.eraseUser('user_1'), 2)
        assert.deepEqual(await store.clientIds(), [])
      }),
  },
  {
    name: 'an erased session is taken out of an observation before it is recorded',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.record([others(1)])
        await store.eraseUser('user_1')
        const answer = appendedOf(await store.append(SHARED, [ofBoth], 'any'))
        assert.deepEqual(textsOf(answer.recorded), textsOf([reduced]))
        assert.deepEqual(textsOf(await store.readClient(SHARED)), textsOf([others(1), reduced]))
        assert.deepEqual(await store.clientsOfUser('user_1'), [])
        // The same delivery again, one without an id, and one in which no session is left.
        const nameless = { ...ofBoth.data, updated_at: ofBoth.data.updated_at + 1 }
        const { id: _id, ...ofBothWithoutId } = { ...ofBoth, data: nameless }
        const outcomes = await store.record([
          ofBoth,
          ofBothWithoutId,
          ofBothWithoutId,
          sampleObservation(SHARED, [own(1).data]),
        ])
        assert.deepEqual(
          outcomes.map(({ _tag }) => _tag),
          ['Duplicate', 'Recorded', 'Duplicate', 'Erased'],
        )
        assert.deepEqual(
          (await store.record([ofBothWithoutId])).map(({ _tag }) => _tag),
          ['Duplicate'],
        )
      }),
  },
  {
    name: 'an erased session is taken out of an observation before it is recorded: of an erased client',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.eraseClient(SHARED)
        const later = sampleEvent(9, { clientId: SHARED, createdAt: AFTER_ALL_ERASURES })
        const empty = sampleObservation(SHARED, [])
        const lateEmpty = { ...empty, data: { ...empty.data, created_at: AFTER_ALL_ERASURES } }
        const outcomes = await store.record([
          empty,
          lateEmpty,
          sampleObservation(SHARED, [own(1).data, later.data]),
        ])
        assert.deepEqual(
          outcomes.map(({ _tag }) => _tag),
          ['Erased', 'Recorded', 'Recorded'],
        )
        assert.deepEqual(
          textsOf(await store.readClient(SHARED)),
          textsOf([lateEmpty, sampleObservation(SHARED, [later.data])]),
        )
      }),
  },
  {
    name: 'revisions go on after an erasure, and none is given twice',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.append(SHARED, DEVICE, 'any')
        await store.append('client_1', sampleEvents(3), 'any')
        await store.eraseUser('user_1')
        assert.deepEqual(await revisionsOf(store, SHARED), [2, 3, 5])
        assert.deepEqual(textsOf(await store.readClient(SHARED, 3)), textsOf(REST.slice(1)))
        // The revision of the last event that is left counts for an expectation.
        assert.deepEqual(refusalOf(await store.append(SHARED, [others(7)], 6)), {
          _tag: 'RevisionConflict',
          actual: 5,
        })
        assert.equal(appendedOf(await store.append(SHARED, [others(7)], 5)).revision, 7)
        assert.equal(appendedOf(await store.append(SHARED, [others(8), others(9)], 7)).revision, 9)
        assert.deepEqual(await revisionsOf(store, SHARED), [2, 3, 5, 7, 8, 9])
        const later = [1, 2].map((n) => sampleEvent(n, { createdAt: AFTER_ALL_ERASURES }))
        const [recorded] = await store.record(later.slice(0, 1))
        assert.equal(recorded?._tag === 'Recorded' && recorded.recorded.revision, 4)
        assert.equal(appendedOf(await store.append('client_1', later, 4)).revision, 5)
        assert.deepEqual(await revisionsOf(store, 'client_1'), [4, 5])
        assert.deepEqual(await store.clientIds(), ['client_1', SHARED])
      }),
  },
  {
    name: 'each client that lost something is listed among the erasures',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.record([...DEVICE, ...sampleEvents(2, { userId: 'user_2' })])
        const { last } = await store.erasures()
        assert.deepEqual(await store.erasures(), { last, clients: [] })
        assert.deepEqual(await store.erasures(last), { last, clients: [] })
        for (const id of ['client_1', 'client_3', 'client_1']) await store.eraseClient(id)
        await store.eraseUser('user_1')
        await store.eraseUser('user_unknown')
        const after = await store.erasures(last)
        assert.deepEqual(after.clients, ['client_1', SHARED].map(clientHashOf))
        assert.deepEqual(await store.erasures(), { last: after.last, clients: [] })
        assert.deepEqual(await store.erasures(after.last), { last: after.last, clients: [] })
        await store.eraseClient(SHARED)
        assert.deepEqual((await store.erasures(after.last)).clients, [clientHashOf(SHARED)])
      }),
  },
  {
    name: 'a scrub changes no answer',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.scrub()
        await store.record(DEVICE)
        const start = await store.lastPosition()
        await store.eraseUser('user_1')
        const before = await collect(store.readAll())
        await Promise.all([store.scrub(), store.scrub()])
        assert.deepEqual(await collect(store.readAll()), before)
        assert.deepEqual(await store.readClient(SHARED), before)
        assert.deepEqual(await store.record([own(1)]), [ofUser])
        await store.record([others(9)])
        const rest = await collect(store.readAll({ after: start }))
        assert.deepEqual(textsOf(rest).slice(-1), textsOf([others(9)]))
      }),
  },
]
