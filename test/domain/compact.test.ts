import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compact, startCompaction } from '../../src/domain/compact.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { decodeEvent } from '../../src/events/decode-event.js'
import type { Session } from '../../src/events/session.js'
import { clientAsOf } from '../../src/projections/client-query.js'
import {
  arbitraryDeliveries,
  arbitraryTime,
  brokenCompactionLaws,
} from '../../src/testing/index.js'
import { aSession, aSessionEvent, anObservation, MINUTE, T0 } from '../given.js'
import { arbitraryHostileLog } from '../model/hostile-log.js'

const eventsOf = (payloads: ReadonlyArray<unknown>): ReadonlyArray<ClientEvent> =>
  payloads.map(decodeEvent).flatMap((event) => (E.isRight(event) ? [event.right] : []))

/** Events, some of which say the same as another one under another id, or were recorded at another time. */
const withTwins = (events: ReadonlyArray<ClientEvent>): ReadonlyArray<ClientEvent> =>
  events.flatMap((event, index) => {
    const twins = [event, { ...event, id: `msg_${index}` }, { ...event, recorded_at: T0 }]
    return twins.slice(0, 1 + (index % 3))
  })

/** Hostile logs of many clients, other deliveries of them, and moments; the laws take them as they are. */
const arbitraryHostileSample = () =>
  arbitraryHostileLog()
    .map(eventsOf)
    .map(withTwins)
    .chain((events) =>
      fc.record({
        events: fc.constant(events),
        deliveries: arbitraryDeliveries(events),
        clocks: fc
          .array(arbitraryTime(), { maxLength: 3 })
          .map((times) => times.sort((left, right) => left - right)),
      }),
    )

const CREATED = aSessionEvent({}, { id: 'msg_created' })
const PENDING = aSessionEvent({ status: 'pending', updated_at: T0 + MINUTE }, { id: 'msg_pending' })
const ENDED = aSessionEvent({ status: 'ended', updated_at: T0 + 2 * MINUTE }, { id: 'msg_ended' })

describe('compact', () => {
  it('of a session, only the event with its greatest version is kept', () => {
    expect(compact([CREATED, ENDED, PENDING])).toEqual([ENDED])
  })

  it('events of several clients are compacted client by client, in the order of the log', () => {
    const other = aSessionEvent({ id: 'sess_2', client_id: 'client_2' })
    expect(compact([CREATED, other, ENDED])).toEqual([other, ENDED])
  })

  it('a version that lost is kept if it was updated last', () => {
    const late = aSessionEvent({ updated_at: T0 + 3 * MINUTE })
    expect(compact([ENDED, late, PENDING])).toEqual([ENDED, late])
  })

  it('a version that lost is kept if it was created first', () => {
    const early = aSessionEvent({ created_at: T0 - MINUTE })
    expect(compact([early, ENDED])).toEqual([early, ENDED])
  })

  it('an event is kept that alone tells the browser of a session', () => {
    const attributes = { http_request: { client_ip: '203.0.113.7', user_agent: 'Mozilla/5.0' } }
    const told = { ...CREATED, event_attributes: attributes }
    const unknown = { ...ENDED, event_attributes: null }
    expect(compact([told, unknown])).toEqual([told, unknown])
  })

  it('an observation that carries all sessions is kept alone', () => {
    const sessions = [ENDED, aSessionEvent({ id: 'sess_2' })].map(({ data }) => data as Session)
    const seen = anObservation(
      { sessions, updated_at: T0 + 5 * MINUTE },
      { timestamp: T0 + MINUTE * 5 },
    )
    expect(compact([CREATED, ENDED, seen])).toEqual([seen])
  })

  it('the greatest observation is kept beside the sessions', () => {
    const seen = [1, 2].map((minute) =>
      anObservation({ updated_at: T0 + minute, sign_in_id: `sign_${minute}` }),
    )
    expect(compact([...seen, ENDED])).toEqual([seen[1], ENDED])
  })

  it.each([
    ['said later', { ...ENDED, timestamp: T0 + 9 * MINUTE }],
    ['known earlier', { ...ENDED, recorded_at: T0 }],
    ['with the greater id', { ...ENDED, id: 'msg_z' }],
    ['with the greater text', { ...ENDED, instance_id: 'ins_1' }],
  ])('of events that say the same of a session, the one %s is kept in any order', (_what, kept) => {
    expect(compact([ENDED, kept])).toEqual([kept])
    expect(compact([kept, ENDED])).toEqual([kept])
  })

  it('the same event is kept once, however often the log has it', () => {
    expect(compact([CREATED, CREATED, { ...CREATED }])).toEqual([CREATED])
  })

  it.each([
    ['said', aSessionEvent({}, { timestamp: T0 + MINUTE })],
    ['recorded', aSessionEvent({}, { recorded_at: T0 + MINUTE })],
    ['updated', aSessionEvent({ updated_at: T0 + MINUTE }, { timestamp: T0, recorded_at: T0 })],
    [
      'updated, in an observation,',
      anObservation({ sessions: [aSession({ updated_at: T0 + MINUTE })] }, { timestamp: T0 }),
    ],
  ])('an event that was %s after the moment stays', (_what, later) => {
    const doubled = [later, CREATED, later, { ...CREATED, timestamp: T0 - 1 }]
    expect(compact(doubled, T0)).toEqual([later, CREATED, later])
    expect(compact(doubled, T0 + MINUTE)).toHaveLength(1)
  })

  it('a view below the moment loses what was dropped', () => {
    const view = { asOf: T0 }
    expect(clientAsOf([CREATED, ENDED], view)).not.toBeNull()
    expect(clientAsOf(compact([CREATED, ENDED]), view)).toBeNull()
  })

  it('a moment that is no number is refused', () => {
    expect(() => compact([], NaN)).toThrow(TypeError)
    expect(() => compact([], '2026' as unknown as number)).toThrow(TypeError)
  })

  it('hostile logs keep every law of a compaction', () => {
    const seen = { events: 0, kept: 0 }
    fc.assert(
      fc.property(arbitraryHostileSample(), (sample) => {
        seen.events += sample.events.length
        seen.kept += compact(sample.events).length
        return brokenCompactionLaws(sample).length === 0
      }),
      { numRuns: 300 },
    )
    // Logs of which everything is kept would prove nothing.
    expect(seen.kept).toBeLessThan(seen.events)
    expect(seen.kept).toBeGreaterThan(0)
  })
})

describe('startCompaction', () => {
  it('it says of each event whether it was taken, and keeps what compact keeps', () => {
    const { add, kept } = startCompaction(T0 + MINUTE)
    expect([CREATED, ENDED, PENDING].map(add)).toEqual([true, false, true])
    expect(kept()).toEqual([PENDING])
  })

  it('more events can be added after kept', () => {
    const { add, kept } = startCompaction()
    add(CREATED)
    expect(kept()).toEqual([CREATED])
    add(ENDED)
    expect(kept()).toEqual([ENDED])
  })
})
