import assert from 'node:assert/strict'
import { appendedOf, assertClientHolds, collect, refusalOf, textsOf, withStore } from './checks.js'
import { sampleEvent, sampleEvents } from './sample-events.js'
import type { StoreCase } from './store-case.js'

const ERASED = { _tag: 'ClientErased' }

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
        assert.equal(await store.erase('client_1'), 5)
        await assertClientHolds(store, 'client_1', [])
        await assertClientHolds(store, 'client_2', kept)
        assert.deepEqual(textsOf(await collect(store.readAll())), textsOf(kept))
        assert.deepEqual(await store.clientIds(), ['client_2'])
        assert.deepEqual(await store.clientsOfUser('user_1'), ['client_2'])
        assert.deepEqual(await store.clientsOfSession('sess_1'), ['client_2'])
        // A reader whose position is an erased event reads on after it.
        const rest = await collect(store.readAll({ after: before[2]?.position }))
        assert.deepEqual(textsOf(rest), textsOf(kept))
        assert.equal(await store.erase('client_1'), 0)
        assert.equal(await store.erase('client_never_seen'), 0)
      }),
  },
  {
    name: 'a later event of an erased client is refused',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.record(sampleEvents(2))
        await store.erase('client_1')
        await store.erase('client_3')
        const [again, fresh] = [sampleEvent(1), sampleEvent(9)]
        for (const event of [again, fresh]) {
          assert.deepEqual(refusalOf(await store.append('client_1', [event], 'any')), ERASED)
        }
        const other = sampleEvent(1, { clientId: 'client_2' })
        const recordings = await store.record([
          again,
          other,
          sampleEvent(1, { clientId: 'client_3' }),
        ])
        assert.deepEqual(
          recordings.map(({ _tag }) => _tag),
          ['ClientErased', 'Recorded', 'ClientErased'],
        )
        assert.equal(appendedOf(await store.append('client_2', [other], 'any')).revision, 1)
      }),
  },
  {
    name: 'a later event of an erased client is refused: also when the store is opened again',
    needs: 'several-handles',
    run: async (harness) => {
      await withStore(harness, async (store) => {
        await store.record([...sampleEvents(3), sampleEvent(1, { clientId: 'client_2' })])
        await store.erase('client_1')
      })
      await withStore(harness, async (store) => {
        assert.deepEqual(refusalOf(await store.append('client_1', [sampleEvent(1)], 0)), ERASED)
        assert.deepEqual(await store.clientIds(), ['client_2'])
        const [written] = await store.record([sampleEvent(2, { clientId: 'client_2' })])
        assert.equal(written?._tag, 'Recorded')
        assert.equal((await collect(store.readAll())).length, 2)
      })
    },
  },
  {
    name: 'erasures are counted, and erased clients are distinguished from others',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.record([...sampleEvents(2), sampleEvent(1, { clientId: 'client_2' })])
        assert.equal(await store.erasures(), 0)
        assert.deepEqual(await store.erasedAmong(['client_1', 'client_2']), [])
        for (const id of ['client_1', 'client_3', 'client_1']) await store.erase(id)
        assert.equal(await store.erasures(), 2)
        const ids = ['client_4', 'client_3', 'client_2', 'client_1']
        assert.deepEqual(await store.erasedAmong(ids), ['client_3', 'client_1'])
        assert.deepEqual(await store.erasedAmong([]), [])
      }),
  },
]
