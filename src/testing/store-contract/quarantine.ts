import assert from 'node:assert/strict'
import type { EventStore } from '../../event-store/event-store.js'
import type { QuarantinedDelivery } from '../../event-store/quarantine.js'
import { assertClientHolds, collect, withStore } from './checks.js'
import { HOSTILE_TEXTS } from './hostile-texts.js'
import { sampleEvents } from './sample-events.js'
import type { StoreCase } from './store-case.js'

const START = 1_779_955_200_000

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const deliveryOf = (n: number, body: Uint8Array = bytesOf(`body ${n}`)): QuarantinedDelivery => ({
  id: `msg_${n}`,
  receivedAt: START + n,
  reason: `reason ${n}`,
  body,
})

const assertKept = async (
  store: EventStore,
  deliveries: ReadonlyArray<QuarantinedDelivery>,
): Promise<void> => {
  assert.deepEqual(await collect(store.quarantine.all()), deliveries)
}

const keepAll = async (
  store: EventStore,
  deliveries: ReadonlyArray<QuarantinedDelivery>,
): Promise<void> => {
  for (const delivery of deliveries) await store.quarantine.keep(delivery)
}

/** Bodies that engines, drivers and encodings get wrong. */
const HOSTILE_BODIES: ReadonlyArray<Uint8Array> = [
  new Uint8Array(),
  new Uint8Array([0]),
  new Uint8Array([0, 0, 0]),
  Uint8Array.from({ length: 256 }, (_, byte) => byte),
  new Uint8Array([0xef, 0xbb, 0xbf]),
  new Uint8Array([0xff, 0xfe]),
  new Uint8Array([0xed, 0xa0, 0x80]),
  // A view of a longer buffer.
  Uint8Array.from({ length: 20 }, (_, byte) => byte).subarray(5, 10),
  bytesOf('\\x00'),
  Uint8Array.from({ length: 1 << 18 }, (_, index) => (index * 167) % 256),
]

/** Bodies that mention `client_1`, and bodies that do not. */
const MENTIONS: ReadonlyArray<{ readonly body: string; readonly isErased: boolean }> = [
  { body: '{"client_id":"client_1"}', isErased: true },
  { body: 'client_1', isErased: true },
  { body: '{"client_id":"\\u0063lient_1"}', isErased: true },
  {
    body: '{"client_id":"\\u0063\\u006c\\u0069\\u0065\\u006E\\u0074\\u005f\\u0031"}',
    isErased: true,
  },
  { body: '{"text":"{\\"client_id\\":\\"client_1\\"}"}', isErased: true },
  { body: '{"text":"{\\"client_id\\":\\"\\\\u0063lient_1\\"}"}', isErased: true },
  { body: '{"text":"a line\\nclient_1"}', isErased: true },
  { body: '{"broken":client_1,', isErased: true },
  { body: '\ufeff{"client_id":"client_1"', isErased: true },
  { body: 'https://api.example/v1/clients/client_1/x', isErased: true },
  { body: '{"client_id":"client_10"}', isErased: false },
  { body: '{"client_id":"my_client_1"}', isErased: false },
  { body: '{"client_id":"my-client_1"}', isErased: false },
  { body: '{"client_id":"client_1é"}', isErased: false },
  { body: '{"client_id":"client_2"}', isErased: false },
  { body: '', isErased: false },
]

const eraseMany = async (store: EventStore): Promise<void> => {
  const deliveries = MENTIONS.map(({ body }, n) => deliveryOf(n, bytesOf(body)))
  await keepAll(store, deliveries)
  await store.record([...sampleEvents(2), ...sampleEvents(3, { clientId: 'client_2' })])
  // An empty id is a word of no body.
  assert.equal(await store.eraseClient(''), 0)
  await assertKept(store, deliveries)
  assert.equal(await store.eraseClient('client_1'), 2)
  await assertKept(
    store,
    deliveries.filter((_, n) => MENTIONS[n]?.isErased === false),
  )
  await assertClientHolds(store, 'client_2', sampleEvents(3, { clientId: 'client_2' }))
}

const eraseUser = async (store: EventStore): Promise<void> => {
  const bodies = ['{"user_id":"user_7"}', '{"user_id":"\\u0075ser_7"}', '{"user_id":"user_77"}', '']
  const deliveries = bodies.map((body, n) => deliveryOf(n, bytesOf(body)))
  await keepAll(store, deliveries)
  assert.equal(await store.eraseUser('user_7'), 0)
  await assertKept(store, deliveries.slice(2))
}

/** The cases for the guarantees of the quarantine. */
export const quarantineCases: ReadonlyArray<StoreCase> = [
  {
    name: 'a delivery is kept byte for byte',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const deliveries = HOSTILE_BODIES.map((body, n) => deliveryOf(n, body))
        for (const delivery of deliveries) {
          const body = Uint8Array.from(delivery.body)
          await store.quarantine.keep({ ...delivery, body })
          body.fill(7)
        }
        const expected = deliveries.map((each) => ({ ...each, body: Uint8Array.from(each.body) }))
        await assertKept(store, expected)
        // A reader may change the bytes that it got; the kept bytes stay.
        for (const { body } of await collect(store.quarantine.all())) body.fill(7)
        await assertKept(store, expected)
      }),
  },
  {
    name: 'a delivery is kept byte for byte: with any id and reason',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const deliveries = HOSTILE_TEXTS.map((text, n) => ({
          ...deliveryOf(n),
          id: text,
          reason: text,
        }))
        await keepAll(store, deliveries)
        await keepAll(store, deliveries)
        await assertKept(store, deliveries)
        for (const { id } of deliveries) assert.equal(await store.quarantine.remove(id), true)
        await assertKept(store, [])
      }),
  },
  {
    name: 'a kept delivery is still there when the store is opened again',
    needs: 'reopening',
    run: async (harness) => {
      const deliveries = [deliveryOf(1), deliveryOf(2), deliveryOf(3)]
      await withStore(harness, (store) => keepAll(store, deliveries))
      await withStore(harness, async (store) => {
        await assertKept(store, deliveries)
        await store.quarantine.remove('msg_2')
      })
      await withStore(harness, async (store) => {
        await keepAll(store, deliveries.slice(2))
        await assertKept(store, [deliveryOf(1), deliveryOf(3)])
      })
    },
  },
  {
    name: 'a kept delivery is still there when the store is opened again: through another handle',
    needs: 'several-handles',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.quarantine.keep(deliveryOf(1))
        await withStore(harness, (other) => other.quarantine.keep(deliveryOf(2)))
        await assertKept(store, [deliveryOf(1), deliveryOf(2)])
      }),
  },
  {
    name: 'a delivery is kept once, in its first form, however often it comes',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const first = deliveryOf(1)
        await store.quarantine.keep(first)
        await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            store.quarantine.keep({ ...deliveryOf(n), id: 'msg_1' }),
          ),
        )
        await assertKept(store, [first])
      }),
  },
  {
    name: 'deliveries are read in the order of their times, then of their ids',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        // By UTF-16 code units, U+1F98A comes before U+FF5E; by code points, after it.
        const ids = ['B', 'a', 'msg_1', 'msg_10', 'msg_9', '\u{1f98a}', '\uff5e', '\uff5e\0']
        const early = ids.map((id) => ({ ...deliveryOf(1), id: `early ${id}` }))
        const late = ids.map((id) => ({ ...deliveryOf(2), id }))
        const many = Array.from({ length: 40 }, (_, n) => deliveryOf(100 + n))
        await keepAll(store, [...many.toReversed(), ...late.toReversed(), ...early.toReversed()])
        await assertKept(store, [...early, ...late, ...many])
      }),
  },
  {
    name: 'a removed delivery is gone',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await keepAll(store, [deliveryOf(1), deliveryOf(2)])
        assert.equal(await store.quarantine.remove('msg_1'), true)
        assert.equal(await store.quarantine.remove('msg_1'), false)
        assert.equal(await store.quarantine.remove('msg_9'), false)
        await assertKept(store, [deliveryOf(2)])
        await store.quarantine.keep(deliveryOf(1))
        // During the reading, as a retry of quarantined deliveries does.
        for await (const { id } of store.quarantine.all()) await store.quarantine.remove(id)
        await assertKept(store, [])
      }),
  },
  {
    name: 'the size of the quarantine is the number of its deliveries and the time of the oldest one',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const { quarantine } = store
        assert.deepEqual(await quarantine.size(), { deliveries: 0, oldestReceivedAt: null })
        // The oldest one is neither the first nor the last that is kept.
        const deliveries = [deliveryOf(9), deliveryOf(2), deliveryOf(5)]
        await keepAll(store, deliveries)
        await keepAll(store, [{ ...deliveryOf(9), receivedAt: 0 }])
        const oldestReceivedAt = deliveryOf(2).receivedAt
        assert.deepEqual(await quarantine.size(), { deliveries: 3, oldestReceivedAt })
        await quarantine.remove(deliveryOf(2).id)
        const next = deliveryOf(5).receivedAt
        assert.deepEqual(await quarantine.size(), { deliveries: 2, oldestReceivedAt: next })
        await store.quarantine.keep({ ...deliveryOf(0), receivedAt: 0 })
        assert.deepEqual(await quarantine.size(), { deliveries: 3, oldestReceivedAt: 0 })
      }),
  },
  {
    name: 'erasing a client or a user removes the deliveries that mention its id',
    needs: 'one-handle',
    run: (harness) => withStore(harness, eraseMany),
  },
  {
    name: 'erasing a client or a user removes the deliveries that mention its id: a user',
    needs: 'one-handle',
    run: (harness) => withStore(harness, eraseUser),
  },
  {
    name: 'erasing a client or a user removes the deliveries that mention its id: any id',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        // Only ids with a letter or a digit: punctuation alone occurs in other bodies too.
        const ids = HOSTILE_TEXTS.filter(
          (text) => text.length < 10_000 && /[\p{L}\p{N}]/u.test(text),
        )
        const other = deliveryOf(ids.length, bytesOf('[[]]'))
        await keepAll(store, [
          ...ids.map((id, n) => deliveryOf(n, bytesOf(JSON.stringify({ client_id: id })))),
          other,
        ])
        for (const id of ids) await store.eraseClient(id)
        await assertKept(store, [other])
      }),
  },
  {
    name: 'a delivery without an id or a time is a defect',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        for (const defect of [{ id: '' }, { receivedAt: -1 }, { receivedAt: Number.NaN }]) {
          await assert.rejects(store.quarantine.keep({ ...deliveryOf(1), ...defect }), TypeError)
        }
        await assertKept(store, [])
      }),
  },
  {
    name: 'a closed store refuses every call: of its quarantine',
    needs: 'one-handle',
    run: async (harness) => {
      const { quarantine } = await withStore(harness, (store) => Promise.resolve(store))
      const closed = { name: 'StoreUnavailable', reason: 'closed' }
      await assert.rejects(quarantine.keep(deliveryOf(1)), closed)
      await assert.rejects(quarantine.remove('msg_1'), closed)
      await assert.rejects(collect(quarantine.all()), closed)
      await assert.rejects(quarantine.size(), closed)
    },
  },
]
