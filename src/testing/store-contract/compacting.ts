import assert from 'node:assert/strict'
import fc from 'fast-check'
import { fold } from '../../domain/fold.js'
import { saidAt, type ClientEvent } from '../../events/client-event.js'
import { eventText } from '../../events/encode-event.js'
import type { EventStore } from '../../event-store/event-store.js'
import { linesOf, statesText, queriesFrom } from '../compaction-laws.js'
import { arbitraryLawSample } from '../arbitraries/sample.js'
import type { LawSample } from '../laws.js'
import { appendedOf, collect, refusalOf, textsOf, withStore } from './checks.js'
import { allDuplicates, DROPPED, event, fill, HISTORY, LATER, OTHERS } from './compacting-sample.js'
import { sampleEvent } from './sample-events.js'
import type { StoreCase, StoreHarness } from './store-case.js'

const eventsIn = async (store: EventStore): Promise<ReadonlyArray<ClientEvent>> =>
  (await collect(store.readAll())).map(({ event }) => event)

/** The events of a sample, each recorded when it was said, so that a compaction can be before a record. */
const deliveriesOf = ({ deliveries }: LawSample): ReadonlyArray<ClientEvent> =>
  deliveries.map((event) => ({ ...event, recorded_at: event.recorded_at ?? saidAt(event) }))

/** Tries some samples, each in a store of its own. */
const withSamples = async (
  harness: StoreHarness,
  work: (store: EventStore, sample: LawSample) => Promise<void>,
): Promise<void> => {
  for (const sample of fc.sample(arbitraryLawSample(), { numRuns: 12, seed: 13 })) {
    await harness.renew()
    await withStore(harness, (store) => work(store, sample))
  }
}

/** The cases for the guarantees of compacting. */
export const compactingCases: ReadonlyArray<StoreCase> = [
  {
    name: 'every answer about the moment of a compaction or later stays the same, byte for byte',
    needs: 'one-handle',
    run: (harness) =>
      withSamples(harness, async (store, sample) => {
        await store.record(deliveriesOf(sample))
        const before = await eventsIn(store)
        for (const moment of [...sample.clocks, LATER]) {
          const { damaged } = await store.compact(moment)
          assert.equal(damaged, 0)
          const after = await eventsIn(store)
          for (const query of queriesFrom(moment, sample)) {
            assert.equal(linesOf(after, query), linesOf(before, query))
          }
          const texts = new Set(before.map(eventText))
          assert(after.map(eventText).every((text) => texts.has(text)))
        }
        const found: Error[] = []
        await store.check({ onDamage: (damage) => found.push(damage) })
        assert.deepEqual(found, [])
        await allDuplicates(store, before)
      }),
  },
  {
    name: 'every answer about the moment of a compaction or later stays the same, byte for byte: an example',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await fill(store)
        const moment = saidAt(sampleEvent(3))
        assert.deepEqual(await store.compact(moment), { clients: 1, events: 1, damaged: 0 })
        assert.deepEqual(
          textsOf(await store.readClient('client_1')),
          textsOf(HISTORY.filter((each) => each !== HISTORY[0])),
        )
        assert.deepEqual(await store.compact(LATER), { clients: 1, events: 1, damaged: 0 })
        const read = await store.readClient('client_1')
        assert.deepEqual(textsOf(read), textsOf(HISTORY.slice(2)))
        assert.deepEqual(
          read.map(({ revision }) => revision),
          [3, 4, 5, 6],
        )
        assert.deepEqual(textsOf(await store.readClient('client_2')), textsOf(OTHERS))
        assert.deepEqual(await store.clientsOfSession('sess_a'), ['client_1'])
        assert.deepEqual(await store.clientsOfUser('user_1'), ['client_1', 'client_2'])
      }),
  },
  {
    name: 'compacting twice changes nothing more',
    needs: 'one-handle',
    run: (harness) =>
      withSamples(harness, async (store, sample) => {
        await store.record(deliveriesOf(sample))
        for (const moment of [...sample.clocks, LATER]) {
          await store.compact(moment)
          const once = await collect(store.readAll())
          assert.deepEqual(await store.compact(moment), { clients: 0, events: 0, damaged: 0 })
          assert.deepEqual(await collect(store.readAll()), once)
        }
      }),
  },
  {
    name: 'what a compaction drops is archived before',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await fill(store)
        const before = await eventsIn(store)
        const failing = store.compact(LATER, { archive: () => Promise.reject(new Error('full')) })
        await assert.rejects(failing, /full/)
        assert.deepEqual(await eventsIn(store), before)
        const archived: ClientEvent[] = []
        const archive = async (
          recorded: ReadonlyArray<{ readonly event: ClientEvent }>,
        ): Promise<void> => {
          assert.deepEqual(await eventsIn(store), before)
          archived.push(...recorded.map((each) => each.event))
        }
        await store.compact(LATER, { archive })
        assert.deepEqual(textsOf(archived), textsOf(DROPPED))
        const both = [...archived, ...(await eventsIn(store))]
        assert.equal(statesText(both), statesText(before))
        for (const moment of [1, 2, 3, 4, 5].map((n) => saidAt(sampleEvent(n)))) {
          const query = { asOf: moment, knownAt: moment }
          assert.equal(linesOf(both, query), linesOf(before, query))
        }
      }),
  },
  {
    name: 'a follower that lags across a compaction reads enough for the same clients',
    needs: 'one-handle',
    run: (harness) =>
      withSamples(harness, async (store, sample) => {
        await store.record(deliveriesOf(sample))
        const before = await collect(store.readAll())
        for (const place of [0, Math.floor(before.length / 2), before.length - 1]) {
          const seen = before.slice(0, place + 1)
          await store.compact(LATER)
          const rest = await collect(store.readAll({ after: seen.at(-1)?.position }))
          const events = [...seen, ...rest].map((each) => each.event)
          assert.equal(statesText(events), statesText(before.map((each) => each.event)))
          assert.equal(fold(events).size, fold(before.map((each) => each.event)).size)
        }
      }),
  },
  {
    name: 'revisions and expectations go on across a compaction',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await fill(store)
        const next = event(8, 'sess_n')
        await store.compact(LATER)
        assert.deepEqual(refusalOf(await store.append('client_1', [next], 5)), {
          _tag: 'RevisionConflict',
          actual: 6,
        })
        assert.equal(appendedOf(await store.append('client_1', [next], 6)).revision, 7)
        assert.deepEqual(
          (await store.readClient('client_1', 6)).map(({ revision }) => revision),
          [6, 7],
        )
        await store.compact(LATER)
        const [recorded] = await store.record([event(9, 'sess_n')])
        assert.equal(recorded?._tag === 'Recorded' && recorded.recorded.revision, 8)
        assert.equal((await store.readClient('client_1')).at(-1)?.revision, 8)
      }),
  },
  {
    name: 'what was erased stays erased across a compaction',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await fill(store)
        await store.eraseClient('client_2')
        await store.compact(LATER)
        const erased = { _tag: 'Erased', what: 'client' }
        assert.deepEqual(await store.record(OTHERS), [erased])
        await store.eraseClient('client_1')
        await store.compact(LATER)
        assert.deepEqual(
          await store.record(HISTORY),
          HISTORY.map(() => erased),
        )
        assert.deepEqual(await collect(store.readAll()), [])
        assert.deepEqual(await store.clientIds(), [])
      }),
  },
  {
    name: 'the horizon is the latest moment of a compaction',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        assert.equal(await store.horizon(), null)
        await store.compact(1_779_955_200_000)
        assert.equal(await store.horizon(), 1_779_955_200_000)
        await store.compact(1_779_955_100_000)
        assert.equal(await store.horizon(), 1_779_955_200_000)
        await store.forget(1_779_955_300_000)
        assert.equal(await store.horizon(), 1_779_955_200_000)
        for (const moment of [Number.NaN, Infinity, -1, 0.5]) {
          await assert.rejects(store.compact(moment), TypeError)
          await assert.rejects(store.forget(moment), TypeError)
        }
        // A signal that is aborted ends it before the first client.
        await fill(store)
        const aborted = { signal: AbortSignal.abort() }
        assert.equal((await store.compact(LATER, aborted)).events, 0)
        assert.equal(await store.horizon(), LATER)
        const seen: number[] = []
        await store.compact(LATER, { onProgress: ({ clients }) => seen.push(clients) })
        assert.equal(seen.at(-1), 2)
      }),
  },
]
