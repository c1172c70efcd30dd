import assert from 'node:assert/strict'
import type { EventStore } from '../../event-store/event-store.js'
import { assertClientHolds, collect, withStore } from './checks.js'
import { HOSTILE_TEXTS } from './hostile-texts.js'
import { sampleEvents } from './sample-events.js'
import type { StoreCase } from './store-case.js'

const DUE = 1_779_955_200_000

/** The users whose erasure is scheduled, with the milliseconds after `DUE`, in the order of the reading. */
const scheduledIn = async ({
  pendingErasures,
}: EventStore): Promise<ReadonlyArray<readonly [userId: string, after: number]>> =>
  (await collect(pendingErasures.all())).map(({ userId, dueAt }) => [userId, dueAt - DUE])

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** The cases for the guarantees of scheduled erasures. */
export const pendingErasureCases: ReadonlyArray<StoreCase> = [
  {
    name: 'a scheduled erasure is still there when the store is opened again',
    needs: 'reopening',
    run: async (harness) => {
      const userIds = HOSTILE_TEXTS.filter((text) => text !== '')
      await withStore(harness, async ({ pendingErasures }) => {
        for (const userId of userIds) {
          assert.equal(await pendingErasures.schedule(userId, DUE), DUE)
        }
        await pendingErasures.schedule('user_called_off', DUE)
        assert.equal(await pendingErasures.callOff('user_called_off'), true)
      })
      await withStore(harness, async (store) => {
        const expected = [...new Set(userIds)].sort(compare).map((userId) => [userId, 0])
        assert.deepEqual(await scheduledIn(store), expected)
        assert.equal(await store.pendingErasures.schedule('user_called_off', DUE), null)
      })
    },
  },
  {
    name: 'of several schedules of one user, the earliest time counts',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const { schedule } = store.pendingErasures
        assert.equal(await schedule('user_1', DUE + 5), DUE + 5)
        assert.equal(await schedule('user_1', DUE + 9), DUE + 5)
        assert.equal(await schedule('user_1', DUE + 2), DUE + 2)
        assert.equal(await schedule('user_1', DUE + 5), DUE + 2)
        assert.deepEqual(await scheduledIn(store), [['user_1', 2]])
        await Promise.all([7, 3, 1, 4, 8].map((after) => schedule('user_2', DUE + after)))
        assert.deepEqual(await scheduledIn(store), [
          ['user_2', 1],
          ['user_1', 2],
        ])
      }),
  },
  {
    name: 'an erasure that was called off is not scheduled again',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const { callOff, schedule } = store.pendingErasures
        assert.equal(await callOff('user_1'), false)
        await schedule('user_1', DUE)
        await schedule('user_2', DUE)
        assert.equal(await callOff('user_1'), true)
        assert.equal(await callOff('user_1'), false)
        assert.equal(await schedule('user_1', DUE - 1), null)
        assert.deepEqual(await scheduledIn(store), [['user_2', 0]])
        // During a reading: an operator may do that while the due ones are carried out.
        await schedule('user_3', DUE + 1)
        const read: string[] = []
        for await (const { userId } of store.pendingErasures.all()) {
          read.push(userId)
          await callOff('user_3')
        }
        assert.deepEqual(read, ['user_2'])
      }),
  },
  {
    name: 'scheduled erasures are read in the order of their times, then of their users',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        // By UTF-16 code units, the emoji comes before the private-use character.
        const userIds = ['b', '\ue000', 'a', 'B', '😀', 'ä', 'a'.repeat(600)]
        for (const [place, userId] of userIds.entries()) {
          await store.pendingErasures.schedule(userId, DUE + (place % 3))
        }
        const expected = userIds
          .map((userId, place) => [userId, place % 3] as const)
          .sort((left, right) => left[1] - right[1] || compare(left[0], right[0]))
        assert.deepEqual(await scheduledIn(store), expected)
        const due = await collect(store.pendingErasures.all(DUE + 1))
        assert.deepEqual(
          due.map(({ userId }) => userId),
          expected.filter(([, after]) => after <= 1).map(([userId]) => userId),
        )
      }),
  },
  {
    name: 'scheduled erasures are counted, with the time of the first one',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const { callOff, count, schedule } = store.pendingErasures
        assert.deepEqual(await count(), { users: 0, nextDueAt: null })
        for (const [userId, after] of Object.entries({ user_1: 5, user_2: 0, user_3: 9 })) {
          await schedule(userId, DUE + after)
        }
        assert.deepEqual(await count(), { users: 3, nextDueAt: DUE })
        await callOff('user_2')
        assert.deepEqual(await count(), { users: 2, nextDueAt: DUE + 5 })
        await store.eraseUser('user_1')
        await callOff('user_3')
        assert.deepEqual(await count(), { users: 0, nextDueAt: null })
      }),
  },
  {
    name: 'a user whose erasure is scheduled is answered as before',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const [first, ...others] = sampleEvents(4)
        assert(first !== undefined)
        await store.record([first])
        await store.pendingErasures.schedule('user_1', 0)
        assert.deepEqual(
          (await store.record(others)).map(({ _tag }) => _tag),
          others.map(() => 'Recorded'),
        )
        await assertClientHolds(store, 'client_1', [first, ...others])
      }),
  },
  {
    name: 'an erasure of a user ends its schedule',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const { callOff, schedule } = store.pendingErasures
        await store.record(sampleEvents(2))
        // The key of a long id is a hash.
        for (const userId of ['user_1', 'x'.repeat(600), 'user_2', 'user_3']) {
          await schedule(userId, DUE)
          if (userId === 'user_3') await callOff(userId)
          if (userId !== 'user_2') await store.eraseUser(userId)
        }
        await store.eraseClient('user_2')
        assert.deepEqual(await scheduledIn(store), [['user_2', 0]])
        // Nothing is left of the schedule, also not that it was called off.
        assert.equal(await schedule('user_3', DUE), DUE)
      }),
  },
  {
    name: 'a scheduled erasure without a user or a time is a defect',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const { schedule } = store.pendingErasures
        await assert.rejects(schedule('', DUE), TypeError)
        for (const dueAt of [-1, Number.NaN, 1.5, 253_402_300_800_000]) {
          await assert.rejects(schedule('user_1', dueAt), TypeError)
        }
        assert.deepEqual(await scheduledIn(store), [])
      }),
  },
  {
    name: 'a closed store refuses every call: of its scheduled erasures',
    needs: 'one-handle',
    run: async (harness) => {
      const { pendingErasures } = await withStore(harness, (store) => Promise.resolve(store))
      const closed = { name: 'StoreUnavailable', reason: 'closed' }
      await assert.rejects(pendingErasures.schedule('user_1', DUE), closed)
      await assert.rejects(pendingErasures.callOff('user_1'), closed)
      await assert.rejects(collect(pendingErasures.all()), closed)
      await assert.rejects(pendingErasures.count(), closed)
    },
  },
]
