import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { foldClient } from '../../src/domain/fold.js'
import { clientIdOf, type ClientEvent } from '../../src/events/client-event.js'
import { decodeEvent } from '../../src/events/decode-event.js'
import { statusAt } from '../../src/projections/session.js'
import { timelineOf, type TimelineLane } from '../../src/projections/timeline.js'
import { arbitraryTime } from '../../src/testing/index.js'
import { aSession, aSessionEvent, anObservation, DAY, MINUTE, T0 } from '../given.js'
import { arbitraryHostileLog } from '../model/hostile-log.js'

const laneOf = (events: ReadonlyArray<ClientEvent>): TimelineLane => {
  const [lane] = timelineOf(events)
  if (lane === undefined) throw new Error('there is no session')
  return lane
}

const spansOf = (...events: ReadonlyArray<ClientEvent>) =>
  laneOf(events).spans.map(({ status, from, to, isDerived }) => [
    ...[status, from - T0, to === null ? null : to - T0],
    ...(isDerived ? ['derived'] : []),
  ])

const effectsOf = (...events: ReadonlyArray<ClientEvent>) =>
  laneOf(events).marks.map(({ place, effect }) => [place, effect])

const statusIn = ({ spans }: TimelineLane, at: number) =>
  spans.find(({ from, to }) => from <= at && (to === null || at < to))?.status

describe('the timeline', () => {
  it('shows each status from its updated_at on, and the expiry that no event says', () => {
    const pending = aSessionEvent({ status: 'pending' })
    const active = aSessionEvent({ updated_at: T0 + MINUTE })
    expect(spansOf(pending, active)).toEqual([
      ['pending', 0, MINUTE],
      ['active', MINUTE, 7 * DAY],
      ['expired', 7 * DAY, null, 'derived'],
    ])
    const ended = aSessionEvent({ status: 'ended', updated_at: T0 + 2 * MINUTE })
    expect(spansOf(ended, active, pending)).toEqual([
      ['pending', 0, MINUTE],
      ['active', MINUTE, 2 * MINUTE],
      ['ended', 2 * MINUTE, null],
    ])
  })

  it('shows a session that is abandoned before it expires', () => {
    expect(spansOf(aSessionEvent({ abandon_at: T0 + DAY }))).toEqual([
      ['active', 0, DAY],
      ['abandoned', DAY, 7 * DAY, 'derived'],
      ['expired', 7 * DAY, null, 'derived'],
    ])
  })

  it('says which event was new, changed something, came late, or said the same again', () => {
    const first = aSessionEvent({}, { recorded_at: T0 + 1 })
    const ended = aSessionEvent(
      { status: 'ended', updated_at: T0 + 2 * MINUTE },
      { recorded_at: T0 + 2 },
    )
    const late = aSessionEvent({ updated_at: T0 + MINUTE }, { recorded_at: T0 + 3 })
    const again = { ...ended, recorded_at: T0 + 4 }
    expect(effectsOf(first, ended, late, again)).toEqual([
      [0, 'new'],
      [1, 'changed'],
      [2, 'late'],
      [3, 'duplicate'],
    ])
    // The order of knowledge counts, not the order of the list.
    expect(effectsOf(ended, first)).toEqual([
      [1, 'new'],
      [0, 'changed'],
    ])
  })

  it('has a lane for each session of each client, the oldest first', () => {
    const other = aSession({ id: 'sess_0', created_at: T0 - 1 })
    const lanes = timelineOf([
      aSessionEvent({ id: 'sess_2', client_id: 'client_2' }),
      anObservation({ sessions: [aSession({}), other] }),
    ])
    expect(lanes.map(({ clientId, sessionId }) => [clientId, sessionId])).toEqual([
      ['client_1', 'sess_0'],
      ['client_1', 'sess_1'],
      ['client_2', 'sess_2'],
    ])
    expect(lanes[0]?.marks).toMatchObject([{ place: 1, type: 'client.observed', effect: 'new' }])
  })

  it('shows at every moment the status that the library shows as of that moment', () => {
    fc.assert(
      fc.property(
        arbitraryHostileLog(),
        fc.array(arbitraryTime(), { minLength: 1 }),
        fc.option(arbitraryTime(), { nil: undefined }),
        (payloads, times, knownAt) => {
          const decoded = payloads.map((payload) => decodeEvent(payload))
          const events = decoded.flatMap((each) => (E.isRight(each) ? [each.right] : []))
          for (const lane of timelineOf(events, { knownAt })) {
            const own = events.filter((event) => clientIdOf(event) === lane.clientId)
            const edges = lane.spans.flatMap(({ from }) => [from - 1, from])
            for (const asOf of [...times, ...edges]) {
              const state = foldClient(own, { asOf, knownAt })
              const session =
                state.id === null ? undefined : state.sessions.get(lane.sessionId)?.session
              expect(statusIn(lane, asOf)).toBe(session && statusAt(session, asOf))
            }
          }
        },
      ),
    )
  })

  it('each event has a mark on the lane of each session that it names', () => {
    fc.assert(
      fc.property(arbitraryHostileLog(), (payloads) => {
        const decoded = payloads.map((payload) => decodeEvent(payload))
        const events = decoded.flatMap((each) => (E.isRight(each) ? [each.right] : []))
        const named = events.flatMap((event, place) =>
          (event.type === 'client.observed' ? event.data.sessions : [event.data]).map(
            ({ id }) => `${place} ${id}`,
          ),
        )
        const marked = timelineOf(events).flatMap(({ sessionId, marks }) =>
          marks.map(({ place }) => `${place} ${sessionId}`),
        )
        expect(new Set(marked)).toEqual(new Set(named))
      }),
    )
  })
})
