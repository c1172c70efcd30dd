import assert from 'node:assert/strict'
import type { SessionEvent } from '../../events/client-event.js'
import type { EventStore } from '../../event-store/event-store.js'
import { appendedOf, assertClientHolds, refusalOf, textsOf, withStore } from './checks.js'
import { sampleEvent, sampleEvents } from './sample-events.js'
import type { StoreCase } from './store-case.js'

/** More ids than a memory of the last ones holds: one delivery of a client, then those of many others. */
const MANY = 3000
const first = sampleEvent(1, { id: 'msg_first', clientId: 'client_first' })

const recordMany = async (store: EventStore): Promise<void> => {
  const others = Array.from({ length: MANY }, (_, n) =>
    sampleEvent(n, { id: `msg_${n}`, clientId: `client_${n % 50}` }),
  )
  const outcomes = await store.record([first, ...others])
  assert.deepEqual(new Set(outcomes.map(({ _tag }) => _tag)), new Set(['Recorded']))
}

/** Neither the content of the first id again nor another content under it is written. */
const assertFirstIsKnown = async (store: EventStore): Promise<void> => {
  const other = sampleEvent(2, { id: 'msg_first', clientId: 'client_first' })
  const outcomes = [...(await store.record([first])), ...(await store.record([other]))]
  assert.deepEqual(
    outcomes.map(({ _tag }) => _tag),
    ['Duplicate', 'EventIdConflict'],
  )
  await assertClientHolds(store, 'client_first', [first])
}

/** The cases for the guarantees of event ids. */
export const onceCases: ReadonlyArray<StoreCase> = [
  {
    name: 'an event id is appended once, however often it is delivered',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const event = sampleEvent(1, { id: 'msg_1' })
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => store.append('client_1', [event, event], 'any')),
        )
        const written = answers.flatMap((answer) => appendedOf(answer).recorded)
        assert.equal(written.length, 1)
        const outcomes = await store.record([event, sampleEvent(2), event, sampleEvent(2)])
        assert.deepEqual(
          outcomes.map(({ _tag }) => _tag),
          ['Duplicate', 'Recorded', 'Duplicate', 'Duplicate'],
        )
        await assertClientHolds(store, 'client_1', [event, sampleEvent(2)])
      }),
  },
  {
    name: 'an event id is appended once, however often it is delivered: also when the store is opened again',
    needs: 'reopening',
    run: async (harness) => {
      const events = sampleEvents(10, {})
      for (let opening = 0; opening < 3; opening++) {
        await withStore(harness, async (store) => {
          const outcomes = await store.record(events)
          const expected = opening === 0 ? 'Recorded' : 'Duplicate'
          assert.deepEqual(new Set(outcomes.map(({ _tag }) => _tag)), new Set([expected]))
        })
      }
      await withStore(harness, (store) => assertClientHolds(store, 'client_1', events))
    },
  },
  {
    name: 'an event id is appended once, however often it is delivered: the first of some thousands again',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await recordMany(store)
        await assertFirstIsKnown(store)
      }),
  },
  {
    name: 'an event id is appended once, however often it is delivered: the first of some thousands again, when the store is opened again',
    needs: 'reopening',
    run: async (harness) => {
      await withStore(harness, recordMany)
      for (let opening = 0; opening < 3; opening++) {
        await withStore(harness, async (store) => {
          await assertFirstIsKnown(store)
          // Others in between, which a memory of few ids would hold instead.
          await store.record(sampleEvents(50, { clientId: `client_${opening}` }))
          await assertFirstIsKnown(store)
        })
      }
    },
  },
  {
    name: 'a duplicate is answered as a duplicate, whatever revision is expected',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const events = sampleEvents(3)
        await store.append('client_1', events, 'no-stream')
        for (const expected of ['no-stream', 0, 3, 99] as const) {
          const answer = appendedOf(await store.append('client_1', events, expected))
          assert.deepEqual(answer, { revision: 3, recorded: [] })
        }
        const [retried, added] = [sampleEvent(3), sampleEvent(4)]
        const partly = await store.append('client_1', [retried, added], 0)
        assert.deepEqual(refusalOf(partly), { _tag: 'RevisionConflict', actual: 3 })
        const { recorded } = appendedOf(await store.append('client_1', [retried, added], 3))
        assert.deepEqual(textsOf(recorded), textsOf([added]))
      }),
  },
  {
    name: 'an event id with other content is a conflict, and nothing is written',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const event = sampleEvent(1, { id: 'msg_1' })
        await store.append('client_1', [event], 'any')
        const other = sampleEvent(2, { id: 'msg_1' })
        const elsewhere = sampleEvent(1, { id: 'msg_1', clientId: 'client_2' })
        for (const [clientId, conflicting] of [
          ['client_1', other],
          ['client_2', elsewhere],
        ] as const) {
          const answer = await store.append(
            clientId,
            [sampleEvent(7, { clientId }), conflicting],
            'any',
          )
          assert.deepEqual(refusalOf(answer), { _tag: 'EventIdConflict' })
        }
        const outcomes = await store.record([other, sampleEvent(3), event])
        assert.deepEqual(
          outcomes.map(({ _tag }) => _tag),
          ['EventIdConflict', 'Recorded', 'Duplicate'],
        )
        await assertClientHolds(store, 'client_1', [event, sampleEvent(3)])
        await assertClientHolds(store, 'client_2', [])
      }),
  },
  {
    name: 'a key beside type and data that one of two deliveries lacks is no difference, and the first stays',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const complete = (id: string): SessionEvent => ({
          ...sampleEvent(1, { id }),
          instance_id: 'ins_1',
          event_attributes: { http_request: { client_ip: '192.0.2.1' } },
        })
        // As the SDKs parse a delivery that drop these keys.
        const parsed = (id: string): SessionEvent => {
          const { timestamp: _timestamp, instance_id: _instanceId, ...others } = complete(id)
          return others
        }
        const [first] = await store.record([parsed('msg_1'), complete('msg_2')])
        assert.equal(first?._tag, 'Recorded')
        for (const event of [complete('msg_1'), parsed('msg_2')]) {
          const [recording] = await store.record([event])
          assert.equal(recording?._tag, 'Duplicate')
          const answer = appendedOf(await store.append('client_1', [event], 99))
          assert.deepEqual(answer, { revision: 2, recorded: [] })
        }
        const together = await store.record([parsed('msg_3'), complete('msg_3'), parsed('msg_3')])
        assert.deepEqual(
          together.map(({ _tag }) => _tag),
          ['Recorded', 'Duplicate', 'Duplicate'],
        )
        const others = [
          { ...complete('msg_2'), timestamp: 1_779_955_200_002 },
          { ...complete('msg_2'), instance_id: null },
          { ...complete('msg_2'), event_attributes: null },
          { ...parsed('msg_2'), type: 'session.ended' as const },
          { ...parsed('msg_2'), data: { ...parsed('msg_2').data, actor: null } },
        ]
        for (const [recording] of await Promise.all(others.map((event) => store.record([event])))) {
          assert.equal(recording?._tag, 'EventIdConflict')
        }
        await assertClientHolds(store, 'client_1', [
          parsed('msg_1'),
          complete('msg_2'),
          parsed('msg_3'),
        ])
      }),
  },
  {
    name: 'an event without an id is identified by its content',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const at = (recorded_at: number) => ({ ...sampleEvent(1), recorded_at })
        const first = 1_800_000_000_000
        const outcomes = await store.record([at(first), at(first + 1), sampleEvent(1)])
        assert.deepEqual(
          outcomes.map(({ _tag }) => _tag),
          ['Recorded', 'Duplicate', 'Duplicate'],
        )
        const [recorded] = await store.readClient('client_1')
        assert.equal(recorded?.event.recorded_at, first)
      }),
  },
]
