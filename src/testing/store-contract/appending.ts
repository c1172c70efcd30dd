import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import type { EventStore, ExpectedRevision } from '../../event-store/event-store.js'
import { appendedOf, assertClientHolds, collect, refusalOf, textsOf, withStore } from './checks.js'
import { sampleEvent, sampleEvents } from './sample-events.js'
import type { StoreCase } from './store-case.js'

const CONTENDERS = 64
const ROUNDS = 5

/** All appends of a round expect the same revision, and one of them must win. */
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

/** Whether each expectation holds for a client without events, and for one with two events. */
const EXPECTATIONS: ReadonlyArray<{
  readonly expected: ExpectedRevision
  readonly holdsWithoutEvents: boolean
  readonly holdsWithTwo: boolean
}> = [
  { expected: 'any', holdsWithoutEvents: true, holdsWithTwo: true },
  { expected: 'no-stream', holdsWithoutEvents: true, holdsWithTwo: false },
  { expected: 'stream-exists', holdsWithoutEvents: false, holdsWithTwo: true },
  { expected: 0, holdsWithoutEvents: true, holdsWithTwo: false },
  { expected: 1, holdsWithoutEvents: false, holdsWithTwo: false },
  { expected: 2, holdsWithoutEvents: false, holdsWithTwo: true },
  { expected: 3, holdsWithoutEvents: false, holdsWithTwo: false },
]

/** The cases for the guarantees of appending. */
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
    needs: 'reopening',
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
        for (const [index, example] of EXPECTATIONS.entries()) {
          const { expected, holdsWithoutEvents, holdsWithTwo } = example
          const empty = `client_empty_${index}`
          const two = `client_two_${index}`
          await store.append(two, sampleEvents(2, { clientId: two }), 'any')
          for (const { clientId, holds, actual } of [
            { clientId: empty, holds: holdsWithoutEvents, actual: 0 },
            { clientId: two, holds: holdsWithTwo, actual: 2 },
          ]) {
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
        const ofAnother = sampleEvent(1, { clientId: 'client_2' })
        await assert.rejects(store.append('client_1', [ofAnother], 'any'), TypeError)
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
      for (const erasing of [
        () => store.eraseClient('client_1'),
        () => store.eraseUser('user_1'),
        () => store.scrub(),
        () => store.erasures(),
      ]) {
        await assert.rejects(erasing(), closed)
      }
      await store.close()
    },
  },
]
