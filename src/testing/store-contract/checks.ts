import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import type { ClientEvent } from '../../events/client-event.js'
import { eventText } from '../../events/encode-event.js'
import type { AppendRefusal } from '../../event-store/append-refusal.js'
import type { AppendResult, EventStore } from '../../event-store/event-store.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import type { StoreHarness } from './store-case.js'

/** Opens a store, works with it, and closes it. */
export const withStore = async <A>(
  harness: StoreHarness,
  work: (store: EventStore) => Promise<A>,
): Promise<A> => {
  const store = await harness.open()
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** The texts of events, without `recorded_at`. */
export const textsOf = (
  events: ReadonlyArray<RecordedEvent | ClientEvent>,
): ReadonlyArray<string> =>
  events.map((item) => {
    const { recorded_at: _recordedAt, ...event } = 'event' in item ? item.event : item
    return eventText(event)
  })

/** All items of an iterable. */
export const collect = async <A>(items: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const collected: A[] = []
  for await (const item of items) collected.push(item)
  return collected
}

/** The result of an append that must not be refused. */
export const appendedOf = (answer: E.Either<AppendRefusal, AppendResult>): AppendResult => {
  if (E.isLeft(answer)) assert.fail(`the append was refused: ${answer.left._tag}`)
  return answer.right
}

/** The refusal of an append that must be refused. */
export const refusalOf = (answer: E.Either<AppendRefusal, AppendResult>): AppendRefusal => {
  if (E.isRight(answer)) assert.fail('the append was not refused')
  return answer.left
}

/** Asserts that a client has exactly these events, in this order and without gaps. */
export const assertClientHolds = async (
  store: EventStore,
  clientId: string,
  events: ReadonlyArray<ClientEvent>,
): Promise<void> => {
  const read = await store.readClient(clientId)
  assert.deepEqual(textsOf(read), textsOf(events))
  assert.deepEqual(
    read.map(({ revision }) => revision),
    events.map((_, index) => index + 1),
  )
}
