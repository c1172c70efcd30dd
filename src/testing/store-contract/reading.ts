import assert from 'node:assert/strict'
import fc from 'fast-check'
import { clientIdOf } from '../../events/client-event.js'
import type { EventStore } from '../../event-store/event-store.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { arbitraryEvent } from '../arbitraries/event.js'
import { assertClientHolds, collect, textsOf, withStore } from './checks.js'
import { HOSTILE_TEXTS } from './hostile-texts.js'
import { sampleEvent, sampleEvents } from './sample-events.js'
import type { StoreCase } from './store-case.js'

const firstOf = async (
  items: AsyncIterable<RecordedEvent>,
  count: number,
): Promise<ReadonlyArray<RecordedEvent>> => {
  const first: RecordedEvent[] = []
  if (count === 0) return first
  for await (const item of items) {
    first.push(item)
    if (first.length === count) break
  }
  return first
}

const assertFollowed = async (reader: EventStore, writer: EventStore): Promise<void> => {
  await writer.record(sampleEvents(3))
  const ended = new AbortController()
  const seen: RecordedEvent[] = []
  const follow = async (): Promise<void> => {
    for await (const recorded of reader.follow({ signal: ended.signal })) {
      seen.push(recorded)
      if (seen.length === 8) ended.abort()
    }
  }
  const write = async (): Promise<void> => {
    for (const event of sampleEvents(8).slice(3)) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      await writer.record([event])
    }
  }
  await Promise.all([follow(), write()])
  assert.deepEqual(textsOf(seen), textsOf(sampleEvents(8)))
}

/** The cases for the guarantees of reading. */
export const readingCases: ReadonlyArray<StoreCase> = [
  {
    name: 'a client is read in the order of its revisions, without gaps',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const events = sampleEvents(2500)
        const ofAnother = sampleEvents(10, { clientId: 'client_2' })
        for (let start = 0; start < events.length; start += 250) {
          await store.append('client_1', events.slice(start, start + 250), start)
          await store.append('client_2', ofAnother.slice(start / 250, start / 250 + 1), 'any')
        }
        await assertClientHolds(store, 'client_1', events)
        await assertClientHolds(store, 'client_2', ofAnother)
        const rest = await store.readClient('client_1', 2499)
        assert.deepEqual(
          rest.map(({ revision }) => revision),
          [2499, 2500],
        )
        assert.deepEqual(await store.readClient('client_1', 2501), [])
        assert.deepEqual(await store.readClient('client_3'), [])
      }),
  },
  {
    name: 'everything is read in one total order, from any position',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const clientIds = ['client_1', 'client_2', 'client_3']
        for (let n = 0; n < 30; n++) {
          const clientId = clientIds[n % 3]
          await store.record([sampleEvent(n, clientId === undefined ? {} : { clientId })])
        }
        const all = await collect(store.readAll())
        assert.deepEqual(
          all.map(({ event }) => event.timestamp),
          Array.from({ length: 30 }, (_, n) => sampleEvent(n).timestamp),
        )
        assert.equal(new Set(all.map(({ position }) => position)).size, 30)
        for (const [index, { position }] of all.entries()) {
          const rest = await collect(store.readAll({ after: position }))
          assert.deepEqual(textsOf(rest), textsOf(all.slice(index + 1)))
        }
      }),
  },
  {
    name: 'a follower never skips an event that commits late',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const writing = Promise.all(
          Array.from({ length: 8 }, async (_, writer) => {
            for (let n = 0; n < 25; n++) {
              await store.record([sampleEvent(n, { clientId: `client_${writer}` })])
            }
          }),
        )
        const readers = [1, 2, 3].map(() => firstOf(store.follow(), 200))
        const [readings] = await Promise.all([Promise.all(readers), writing])
        const all = await collect(store.readAll())
        assert.equal(all.length, 200)
        for (const seen of readings) assert.deepEqual(seen, all)
      }),
  },
  {
    name: 'a reading gives everything that was committed when it began',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const acknowledgedTexts: string[] = []
        const written = new AbortController()
        const writing = Promise.all(
          Array.from({ length: 4 }, async (_, writer) => {
            for (let n = 0; n < 25; n++) {
              const event = sampleEvent(n, { clientId: `client_${writer}` })
              await store.record([event])
              acknowledgedTexts.push(...textsOf([event]))
            }
          }),
        ).finally(() => {
          written.abort()
        })
        const read = async (): Promise<void> => {
          for (let isLast = false; !isLast;) {
            isLast = written.signal.aborted
            // A store in memory answers without a turn of the event loop, and would keep all writers waiting.
            await new Promise((resolve) => setTimeout(resolve))
            const before = [...acknowledgedTexts]
            const texts = textsOf(await collect(store.readAll()))
            assert.equal(new Set(texts).size, texts.length)
            const missing = before.filter((text) => !texts.includes(text))
            assert.deepEqual(missing, [])
          }
        }
        await Promise.all([writing, read()])
      }),
  },
  {
    name: 'a follower catches up, then reads each new event, and ends at its signal',
    needs: 'one-handle',
    run: (harness) => withStore(harness, (store) => assertFollowed(store, store)),
  },
  {
    name: 'a follower catches up, then reads each new event, and ends at its signal: through another handle',
    needs: 'several-handles',
    run: (harness) =>
      withStore(harness, (reader) =>
        withStore(harness, (writer) => assertFollowed(reader, writer)),
      ),
  },
  {
    name: 'a follower catches up, then reads each new event, and ends at its signal: also while it waits, or when the store is closed',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const ended = new AbortController()
        const following = collect(store.follow({ signal: ended.signal }))
        setTimeout(() => {
          ended.abort()
        }, 20)
        assert.deepEqual(await following, [])
        assert.deepEqual(await collect(store.follow({ signal: AbortSignal.abort() })), [])
        assert.deepEqual(await collect(store.readAll({ signal: AbortSignal.abort() })), [])
        const waiting = collect(store.follow())
        setTimeout(() => void store.close(), 20)
        assert.deepEqual(await waiting, [])
      }),
  },
  {
    name: 'events are read exactly as they were appended, whatever they hold: hostile texts as ids',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const events = HOSTILE_TEXTS.map((text, n) =>
          sampleEvent(n, { clientId: text, sessionId: text, userId: text, id: text }),
        )
        const recordings = await store.record(events)
        assert.deepEqual(new Set(recordings.map(({ _tag }) => _tag)), new Set(['Recorded']))
        assert.deepEqual(textsOf(await collect(store.readAll())), textsOf(events))
        for (const [n, text] of HOSTILE_TEXTS.entries()) {
          await assertClientHolds(store, text, events.slice(n, n + 1))
          assert.deepEqual(await store.clientsOfUser(text), [text])
          assert.deepEqual(await store.clientsOfSession(text), [text])
        }
        assert.deepEqual(await store.clientIds(), [...HOSTILE_TEXTS].sort())
      }),
  },
  {
    name: 'events are read exactly as they were appended, whatever they hold: any events',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const samples = fc.sample(arbitraryEvent(), { numRuns: 300, seed: 7 })
        // Without the ids, of which the samples have only a few: events are identified by their content.
        const events = samples.map(({ id: _id, ...event }) => event)
        const distinct = [...new Map(events.map((event) => [textsOf([event])[0], event])).values()]
        await store.record(events)
        const all = await collect(store.readAll())
        assert.deepEqual(textsOf(all), textsOf(distinct))
        for (const clientId of new Set(distinct.map(clientIdOf))) {
          const own = distinct.filter((event) => clientIdOf(event) === clientId)
          await assertClientHolds(store, clientId, own)
        }
      }),
  },
  {
    name: 'the clients of a user and of a session are found',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.record([
          sampleEvent(1, { clientId: 'client_b', sessionId: 'sess_1', userId: 'user_1' }),
          sampleEvent(2, { clientId: 'client_a', sessionId: 'sess_2', userId: 'user_1' }),
          sampleEvent(3, { clientId: 'client_a', sessionId: 'sess_3', userId: 'user_2' }),
        ])
        assert.deepEqual(await store.clientsOfUser('user_1'), ['client_a', 'client_b'])
        assert.deepEqual(await store.clientsOfUser('user_2'), ['client_a'])
        assert.deepEqual(await store.clientsOfSession('sess_1'), ['client_b'])
        assert.deepEqual(await store.clientsOfSession('sess_9'), [])
        assert.deepEqual(await store.clientIds(), ['client_a', 'client_b'])
      }),
  },
]
