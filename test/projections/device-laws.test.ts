import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { knownSince, type ClientEvent } from '../../src/events/client-event.js'
import { documentedClient } from '../../src/events/client.js'
import {
  concatDevices,
  foldDevices,
  NO_DEVICES,
  type DeviceStates,
} from '../../src/domain/device-states.js'
import { toDevices, type Device } from '../../src/projections/devices.js'
import { arbitraryEvent, arbitraryTime } from '../../src/testing/index.js'

const arbitraryEvents = fc.array(arbitraryEvent(), { maxLength: 8, size: 'max' })

/** The map in the order of its keys, so that two equal maps have equal texts. */
const entriesOf = <A>(map: ReadonlyMap<string, A>): ReadonlyArray<readonly [string, A]> =>
  [...map].sort(([left], [right]) => (left < right ? -1 : 1))

const textOf = ({ clients, facts }: DeviceStates): string =>
  JSON.stringify([
    entriesOf(clients).map(([id, state]) => [
      id,
      { ...state, sessions: entriesOf(state.sessions) },
    ]),
    entriesOf(facts).map(([id, ofClient]) => [id, entriesOf(ofClient)]),
  ])

const devicesOf = (states: DeviceStates): ReadonlyArray<ReadonlyArray<Device>> =>
  ['user_a', 'user_b'].map((userId) => toDevices(states, { userId }))

describe('the join of devices', () => {
  it('the join of devices is associative, commutative and idempotent, with a neutral element', () => {
    fc.assert(
      fc.property(arbitraryEvents, arbitraryEvents, arbitraryEvents, (a, b, c) => {
        const [x, y, z] = [foldDevices(a), foldDevices(b), foldDevices(c)]
        const same = (left: DeviceStates, right: DeviceStates): void => {
          expect(textOf(left)).toBe(textOf(right))
        }
        same(concatDevices(concatDevices(x, y), z), concatDevices(x, concatDevices(y, z)))
        same(concatDevices(x, y), concatDevices(y, x))
        same(concatDevices(x, x), x)
        same(concatDevices(x, NO_DEVICES), x)
        same(concatDevices(NO_DEVICES, x), x)
      }),
    )
  })

  it('a fold in any order and with duplicates, and the join of its parts, give the same devices', () => {
    let seen = 0
    const arbitraryOrders = arbitraryEvents.chain((events) =>
      fc.record({
        events: fc.constant(events),
        shuffled: fc
          .tuple(fc.shuffledSubarray(events, { minLength: events.length }), fc.subarray(events))
          .map(([all, again]) => [...again, ...all]),
        cut: fc.nat({ max: events.length }),
      }),
    )
    fc.assert(
      fc.property(arbitraryOrders, ({ events, shuffled, cut }) => {
        const whole = foldDevices(events)
        const parts = concatDevices(
          foldDevices(shuffled.slice(cut)),
          foldDevices(shuffled.slice(0, cut)),
        )
        expect(textOf(foldDevices(shuffled))).toBe(textOf(whole))
        expect(textOf(parts)).toBe(textOf(whole))
        expect(devicesOf(parts)).toEqual(devicesOf(whole))
        seen += devicesOf(whole).flat().length
      }),
    )
    expect(seen).toBeGreaterThan(100)
  })
})

/** The part of an event that was true by a moment. Each session of an observation counts by itself. */
const trueBy = (event: ClientEvent, asOf: number): ReadonlyArray<ClientEvent> => {
  if (event.type !== 'client.observed') return event.data.updated_at <= asOf ? [event] : []
  const sessions = event.data.sessions.filter(({ updated_at }) => updated_at <= asOf)
  return [{ ...event, data: documentedClient({ ...event.data, sessions }) }]
}

describe('travelling in time', () => {
  it('the devices of another moment are those of the events that were true and known then', () => {
    let seen = 0
    fc.assert(
      fc.property(arbitraryEvents, arbitraryTime(), arbitraryTime(), (events, asOf, knownAt) => {
        const known = events.filter((event) => knownSince(event) <= knownAt)
        const both = known.flatMap((event) => trueBy(event, asOf))
        expect(devicesOf(foldDevices(events, { knownAt }))).toEqual(devicesOf(foldDevices(known)))
        expect(devicesOf(foldDevices(events, { asOf, knownAt }))).toEqual(
          devicesOf(foldDevices(both)),
        )
        seen += devicesOf(foldDevices(both)).flat().length
      }),
      { numRuns: 300 },
    )
    expect(seen).toBeGreaterThan(30)
  })
})

it('what was known about a device is never lost when another event is added', () => {
  fc.assert(
    fc.property(arbitraryEvents, arbitraryEvent(), (events, event) => {
      const [before, after] = [foldDevices(events), foldDevices([...events, event])]
      for (const [clientId, sessions] of before.facts) {
        for (const [sessionId, { facts, first_seen, last_seen }] of sessions) {
          const later = after.facts.get(clientId)?.get(sessionId)
          expect(Object.keys(later?.facts ?? {})).toEqual(
            expect.arrayContaining(Object.keys(facts)),
          )
          expect(later?.first_seen).toBeLessThanOrEqual(first_seen)
          expect(later?.last_seen).toBeGreaterThanOrEqual(last_seen)
        }
      }
    }),
  )
})
