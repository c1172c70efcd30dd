import assert from 'node:assert/strict'
import { saidAt, type ClientEvent } from '../../events/client-event.js'
import type { EventStore } from '../../event-store/event-store.js'
import { sampleEvent, sampleObservation } from './sample-events.js'

/** After every event of these cases, epoch milliseconds. */
export const LATER = 4_102_444_800_000

/** The n-th event of a session, recorded when it was said. */
export const event = (n: number, sessionId: string, clientId = 'client_1'): ClientEvent => ({
  ...sampleEvent(n, { sessionId, clientId, id: `msg_${n}` }),
  recorded_at: saidAt(sampleEvent(n)),
})
const observation: ClientEvent = {
  ...sampleObservation('client_1', [sampleEvent(1, { sessionId: 'sess_a' }).data], 'msg_o'),
  recorded_at: saidAt(sampleEvent(4)),
}
/**
 * Versions of one session, of which a compaction keeps the greatest; another session; and an observation.
 * The last one came late and carries nothing of its own.
 */
export const HISTORY = [
  event(1, 'sess_a'),
  event(3, 'sess_a'),
  event(5, 'sess_a'),
  observation,
  event(4, 'sess_b'),
  event(2, 'sess_a'),
]
/** Those of them that a compaction drops. */
export const DROPPED = [event(1, 'sess_a'), event(3, 'sess_a')]
const OTHER = event(1, 'sess_c', 'client_2')
/** An event of another client. */
export const OTHERS = [{ ...OTHER, id: 'msg_c' }]

/** Records them. */
export const fill = async (store: EventStore): Promise<void> => {
  await store.append('client_1', HISTORY, 'any')
  await store.record(OTHERS)
}

/** Asserts that each of some events is a duplicate. */
export const allDuplicates = async (
  store: EventStore,
  events: ReadonlyArray<ClientEvent>,
): Promise<void> => {
  const outcomes = await store.record(events)
  assert.deepEqual(
    outcomes.map(({ _tag }) => _tag),
    events.map(() => 'Duplicate'),
  )
}
