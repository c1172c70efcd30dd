import assert from 'node:assert/strict'
import { appendedOf, collect, refusalOf, withStore } from './checks.js'
import { AFTER_ALL_ERASURES, sampleEvent, sampleEvents } from './sample-events.js'
import type { StoreCase } from './store-case.js'

const ofClient = { _tag: 'Erased', what: 'client' }
const ofUser = { _tag: 'Erased', what: 'user' }

/** The cases for the guarantee that nothing comes back that was erased. */
export const refusingErasedCases: ReadonlyArray<StoreCase> = [
  {
    name: 'an event about a session that an erasure covers is refused',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.record(sampleEvents(2))
        await store.eraseClient('client_1')
        await store.eraseClient('client_3')
        const [again, fresh] = [sampleEvent(1), sampleEvent(9)]
        for (const event of [again, fresh]) {
          assert.deepEqual(refusalOf(await store.append('client_1', [event], 'any')), ofClient)
        }
        const other = sampleEvent(1, { clientId: 'client_2' })
        const recordings = await store.record([
          again,
          other,
          sampleEvent(1, { clientId: 'client_3' }),
        ])
        assert.deepEqual(
          recordings.map(({ _tag }) => _tag),
          ['Erased', 'Recorded', 'Erased'],
        )
        assert.equal(appendedOf(await store.append('client_2', [other], 'any')).revision, 1)
      }),
  },
  {
    name: 'an event about a session that an erasure covers is refused: of a user, on every client',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.record([sampleEvent(1, { userId: 'user_1' })])
        await store.eraseUser('user_1')
        await store.eraseUser('user_unknown')
        for (const clientId of ['client_1', 'client_2']) {
          for (const userId of ['user_1', 'user_unknown']) {
            const event = sampleEvent(1, { clientId, userId })
            assert.deepEqual(refusalOf(await store.append(clientId, [event], 'any')), ofUser)
            // All or nothing, also where the other event would be recorded.
            const batch = [sampleEvent(2, { clientId, userId: 'user_2' }), event]
            assert.deepEqual(refusalOf(await store.append(clientId, batch, 'any')), ofUser)
            assert.deepEqual(await store.record([event]), [ofUser])
          }
          const other = sampleEvent(1, { clientId, userId: 'user_2' })
          appendedOf(await store.append(clientId, [other], 'any'))
        }
      }),
  },
  {
    name: 'an event about a session that an erasure covers is refused: also when the store is opened again',
    needs: 'reopening',
    run: async (harness) => {
      await withStore(harness, async (store) => {
        await store.record([...sampleEvents(3), sampleEvent(1, { clientId: 'client_2' })])
        await store.eraseClient('client_1')
        await store.eraseUser('user_9')
      })
      await withStore(harness, async (store) => {
        assert.deepEqual(refusalOf(await store.append('client_1', [sampleEvent(1)], 0)), ofClient)
        const ofNine = sampleEvent(1, { clientId: 'client_2', userId: 'user_9' })
        assert.deepEqual(refusalOf(await store.append('client_2', [ofNine], 'any')), ofUser)
        assert.deepEqual(await store.clientIds(), ['client_2'])
        const [written] = await store.record([sampleEvent(2, { clientId: 'client_2' })])
        assert.equal(written?._tag, 'Recorded')
        assert.equal((await collect(store.readAll())).length, 2)
      })
    },
  },
  {
    name: 'an event about a session that an erasure covers is refused: a session that was created after the clock of the store',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const early = sampleEvent(1, { createdAt: AFTER_ALL_ERASURES })
        await store.record([early])
        await store.eraseClient('client_1')
        assert.deepEqual(await store.record([early]), [ofClient])
        // An erasure that finds nothing does not take back the moment of the one before.
        await store.eraseClient('client_1')
        assert.deepEqual(await store.record([early]), [ofClient])
      }),
  },
]
