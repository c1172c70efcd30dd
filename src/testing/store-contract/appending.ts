import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import type { EventStore, ExpectedRevision } from '../../event-store/event-store.js'
import { appendedOf, assertClientHolds, collect, refusalOf, textsOf, withStore } from './checks.js'
import { sampleEvent, sampleEvents } from './sample-events.js'
import type { StoreCase } from './store-case.js'

const CONTENDERS = 64
const ROUNDS = 5

/** All contend for the revision that they have read; each round has to have one winner. */
const contend = async (stores: ReadonlyArray<EventStore>): Promise<void> => {
  for (let round = 0; round < ROUNDS; round++) {
    const answers = await Promise.all(
      Array.from({ length: CONTENDERS }, (_, index) => {
        const store = stores[index % stores.length]
        assert(store !== undefined)
        return store.append('client_1', [sampleEvent(1000 * round + index)], round)
      }),
    )
    assert.equal(answers.filter(E.isRight).length, 1)
    for (const answer of answers.filter(E.isLeft)) {
      assert.deepEqual(answer.left, { _tag: 'RevisionConflict', actual: round + 1 })
    }
  }
}

/** What each expectation says of a client without events, and of one with two. */
const EXPECTATIONS: ReadonlyArray<readonly [ExpectedRevision, boolean, boolean]> = [
  ['any', true, true],
  ['no-stream', true, false],
  ['stream-exists', false, true],
  [0, true, false],
  [1, false, false],
  [2, false, true],
  [3, false, false],
]

/** What the port guarantees of appending. */
export const appendingCases: ReadonlyArray<StoreCase> = [
  {
    name: 'an append writes all of its events or none',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const [first, ...others] = sampleEvents(3, { id: 'msg_1' })
        assert(first !== undefined)
        const batch = [sampleEvent(9), first, ...others]
        assert.deepEqual(refusalOf(await store.append('client_1', batch, 'any')), {
          _tag: 'EventIdConflict',
        })
        await assertClientHolds(store, 'client_1', [])
        const events = sampleEvents(100)
        const { revision, recorded } = appendedOf(await store.append('client_1', events, 0))
        assert.equal(revision, 100)
        assert.deepEqual(textsOf(recorded), textsOf(events))
        await assertClientHolds(store, 'client_1', events)
      }),
  },
  {
    name: 'an answered append is still there when the store is opened again',
    needs: 'several-handles',
    run: async (harness) => {
      const events = sampleEvents(5)
      await withStore(harness, (store) => store.append('client_1', events, 'any'))
      await withStore(harness, async (store) => {
        await assertClientHolds(store, 'client_1', events)
        appendedOf(await store.append('client_1', [sampleEvent(6)], 5))
      })
      await withStore(harness, (store) => assertClientHolds(store, 'client_1', sampleEvents(6)))
    },
  },
  {
    name: 'of several appends that expect the same revision, one wins',
    needs: 'one-handle',
    run: (harness) => withStore(harness, (store) => contend([store])),
  },
  {
    name: 'of several appends that expect the same revision, one wins: through several handles',
    needs: 'several-handles',
    run: (harness) =>
      withStore(harness, (first) => withStore(harness, (second) => contend([first, second]))),
  },
  {
    name: 'a wrong expectation is answered with the actual revision',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        for (const [index, [expected, holdsOfNone, holdsOfTwo]] of EXPECTATIONS.entries()) {
          const none = `client_none_${index}`
          const two = `client_two_${index}`
          await store.append(two, sampleEvents(2, { clientId: two }), 'any')
          for (const [clientId, holds, actual] of [
            [none, holdsOfNone, 0],
            [two, holdsOfTwo, 2],
          ] as const) {
            const answer = await store.append(clientId, [sampleEvent(3, { clientId })], expected)
            if (holds) assert.equal(appendedOf(answer).revision, actual + 1)
            else assert.deepEqual(refusalOf(answer), { _tag: 'RevisionConflict', actual })
          }
        }
      }),
  },
  {
    name: 'an append without events, or with events of another client, is a defect',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await assert.rejects(store.append('client_1', [], 'any'), TypeError)
        const stranger = sampleEvent(1, { clientId: 'client_2' })
        await assert.rejects(store.append('client_1', [stranger], 'any'), TypeError)
        assert.deepEqual(await collect(store.readAll()), [])
      }),
  },
  {
    name: 'a closed store refuses every call',
    needs: 'one-handle',
    run: async (harness) => {
      const store = await harness.open()
      await store.close()
      const closed = { name: 'StoreUnavailable', reason: 'closed' }
      await assert.rejects(store.append('client_1', [sampleEvent(1)], 'any'), closed)
      await assert.rejects(store.readClient('client_1'), closed)
      await assert.rejects(collect(store.readAll()), closed)
      await assert.rejects(store.erase('client_1'), closed)
      await store.close()
    },
  },
]
