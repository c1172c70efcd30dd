import assert from 'node:assert/strict'
import { appendedOf, collect, textsOf, withStore } from './checks.js'
import { allDuplicates, DROPPED, event, fill, HISTORY, LATER } from './compacting-sample.js'
import type { StoreCase } from './store-case.js'

/** The cases for the guarantee that a compaction does not forget the ids of what it drops. */
export const deliveringDroppedCases: ReadonlyArray<StoreCase> = [
  {
    name: 'an event that a compaction dropped is a duplicate when it is delivered again',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const { id: _id, ...unnamed } = event(0, 'sess_a')
        await store.record([unnamed])
        await fill(store)
        const { events } = await store.compact(LATER)
        assert.equal(events, DROPPED.length + 1)
        const left = await collect(store.readAll())
        // In every way of writing: alone, together with new events, in a group.
        for (const each of [unnamed, ...DROPPED]) await allDuplicates(store, [each])
        await allDuplicates(store, [...DROPPED, ...HISTORY, ...DROPPED])
        const answer = appendedOf(await store.append('client_1', DROPPED, 0))
        assert.deepEqual(answer, { revision: 7, recorded: [] })
        assert.deepEqual(await collect(store.readAll()), left)
        const mixed = await store.append('client_1', [...DROPPED, event(9, 'sess_d')], 7)
        assert.deepEqual(textsOf(appendedOf(mixed).recorded), textsOf([event(9, 'sess_d')]))
        // Its content is not known any more, nor its client.
        const other = { ...event(7, 'sess_x', 'client_3'), id: 'msg_1' }
        await allDuplicates(store, [other])
      }),
  },
  {
    name: 'an event that a compaction dropped is a duplicate when it is delivered again: also when the store is opened again',
    needs: 'reopening',
    run: async (harness) => {
      await withStore(harness, async (store) => {
        await fill(store)
        await store.compact(LATER)
      })
      await withStore(harness, async (store) => {
        await allDuplicates(store, HISTORY)
        assert.equal((await store.readClient('client_1')).length, 4)
        assert.equal(await store.horizon(), LATER)
      })
    },
  },
  {
    name: 'an event that a compaction dropped is a duplicate when it is delivered again: also while the compaction is running',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const clients = Array.from({ length: 30 }, (_, client) =>
          Array.from({ length: 6 }, (_, n) => ({
            ...event(n, 'sess_a', `client_${client}`),
            id: `msg_${client}_${n}`,
          })),
        )
        await store.record(clients.flat())
        let isOver = false
        const delivering = async (): Promise<void> => {
          for (let n = 0; !isOver; n++) {
            const own = clients[n % clients.length] ?? []
            // A store in memory answers without a turn of the event loop.
            await new Promise((resolve) => setTimeout(resolve))
            await allDuplicates(store, n % 2 === 0 ? own : own.slice(n % 5, (n % 5) + 1))
          }
        }
        const deliveries = Promise.all([delivering(), delivering(), delivering()])
        const compaction = store.compact(LATER).finally(() => (isOver = true))
        const [{ events }] = await Promise.all([compaction, deliveries])
        assert.equal(events, 30 * 5)
        assert.equal((await collect(store.readAll())).length, 30)
      }),
  },
]
