import assert from 'node:assert/strict'
import type { EventStore } from '../../event-store/event-store.js'
import type { Position } from '../../event-store/recorded-event.js'
import { collect, textsOf, withStore } from './checks.js'
import { sampleEvent, sampleEvents } from './sample-events.js'
import type { StoreCase } from './store-case.js'

/** How long a store may have a transaction of its own open. */
const PATIENCE_MS = 3000

const ROUNDS = 15

const LAST_OF_ALL = sampleEvent(999, { clientId: 'client_last' })

const assertAtRest = async (store: EventStore): Promise<void> => {
  const deadline = Date.now() + PATIENCE_MS
  while ((await collect(store.readAll({ after: await store.lastPosition() }))).length > 0) {
    assert(Date.now() < deadline, 'an old event still comes after the last position')
  }
}

const textsUntilLast = async (
  store: EventStore,
  after: Position,
): Promise<ReadonlyArray<string>> => {
  const seen: string[] = []
  const [last] = textsOf([LAST_OF_ALL])
  for await (const recorded of store.follow({ after })) {
    seen.push(...textsOf([recorded]))
    if (seen.at(-1) === last) break
  }
  return seen
}

/** Reads the last position while events are written, and follows from there. */
const assertFollowedFromEnd = async (reader: EventStore, writer: EventStore): Promise<void> => {
  const clientIds = ['client_1', 'client_2', 'client_3', 'client_4']
  await writer.record(clientIds.flatMap((clientId) => sampleEvents(100, { clientId })))
  await assertAtRest(reader)
  const writtenTexts: string[] = []
  const following: Array<Promise<void>> = []
  let endWriting: (() => void) | undefined
  const written = new Promise<void>((resolve) => (endWriting = resolve))
  /** Follows from the end as it is now, and starts reading after `start`. */
  const follow = async (start: Promise<void>): Promise<void> => {
    const after = await reader.lastPosition()
    const before = writtenTexts.length
    const seen = start.then(() => textsUntilLast(reader, after))
    following.push(
      seen.then((texts) => {
        assert.equal(new Set(texts).size, texts.length)
        const expected = writtenTexts.slice(before)
        assert.deepEqual(
          texts.filter((text) => expected.includes(text)).sort(),
          [...expected].sort(),
        )
      }),
    )
  }
  await Promise.all(
    clientIds.map(async (clientId) => {
      for (let round = 0; round < ROUNDS; round++) {
        const event = sampleEvent(200 + round, { clientId })
        writtenTexts.push(...textsOf([event]))
        await writer.record([event])
        if (round % 3 === 0) await follow(round % 2 === 0 ? Promise.resolve() : written)
      }
    }),
  )
  endWriting?.()
  await writer.record([LAST_OF_ALL])
  await Promise.all(following)
}

/** Reads and waits in turns until each of several commits was seen. */
const assertWoken = async (reader: EventStore, writer: EventStore): Promise<void> => {
  let seen = await reader.nextCommit()
  const waitUntil = async (isThere: () => Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + PATIENCE_MS
    while (!(await isThere())) {
      assert(Date.now() < deadline, 'a reader that waits was not woken by a commit')
      seen = await reader.nextCommit(seen, AbortSignal.timeout(PATIENCE_MS))
    }
  }
  for (const [index, event] of sampleEvents(5).entries()) {
    const waiting = waitUntil(async () => (await reader.readClient('client_1')).length > index)
    await writer.record([event])
    await waiting
  }
  const erased = waitUntil(async () => (await reader.erasures(0)).clients.length > 0)
  await writer.eraseClient('client_1')
  await erased
}

/** The cases for the guarantee of the last position. */
export const lastPositionCases: ReadonlyArray<StoreCase> = [
  {
    name: 'an event that commits after a call of lastPosition comes after that position',
    needs: 'one-handle',
    run: (harness) => withStore(harness, (store) => assertFollowedFromEnd(store, store)),
  },
  {
    name: 'an event that commits after a call of lastPosition comes after that position: through another handle',
    needs: 'several-handles',
    run: (harness) =>
      withStore(harness, (reader) =>
        withStore(harness, (writer) => assertFollowedFromEnd(reader, writer)),
      ),
  },
  {
    name: 'an event that commits after a call of lastPosition comes after that position: in an empty store, and after an erasure',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const first = await store.lastPosition()
        const erased = sampleEvents(3, { clientId: 'client_2' })
        await store.record(erased)
        assert.deepEqual(textsOf(await collect(store.readAll({ after: first }))), textsOf(erased))
        const second = await store.lastPosition()
        await store.eraseClient('client_2')
        const third = await store.lastPosition()
        await store.record(sampleEvents(3))
        for (const after of [first, second, third]) {
          const texts = textsOf(await collect(store.readAll({ after })))
          assert.deepEqual(texts, textsOf(sampleEvents(3)))
        }
      }),
  },
  {
    name: 'the marker of the end of the log changes with every event that commits',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const markers = new Set([(await store.logEnd()).marker])
        for (const event of sampleEvents(20)) {
          await store.record([event])
          const { marker } = await store.logEnd()
          assert(!markers.has(marker), 'an event was committed, and the marker is that of before')
          markers.add(marker)
        }
      }),
  },
  {
    name: 'a reader that waits for the next commit is woken by each append and each erasure',
    needs: 'one-handle',
    run: (harness) => withStore(harness, (store) => assertWoken(store, store)),
  },
  {
    name: 'a reader that waits for the next commit is woken by each append and each erasure: of another handle',
    needs: 'several-handles',
    run: (harness) =>
      withStore(harness, (reader) => withStore(harness, (writer) => assertWoken(reader, writer))),
  },
]
