import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compact, isSettled } from '../../src/domain/compact.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import {
  arbitraryLawSample,
  brokenCompactionLaws,
  compactionLaws,
  type Compaction,
} from '../../src/testing/index.js'

describe('compactionLaws', () => {
  it.each(compactionLaws)('the compaction of this package keeps the law: $name', ({ holds }) => {
    fc.assert(fc.property(arbitraryLawSample(), (sample) => holds(compact, sample)))
  })
})

const settled = (events: ReadonlyArray<ClientEvent>, before = Infinity) =>
  events.filter((event) => isSettled(event, before))

/** For every law a wrong compaction, which the law must find. */
const WRONG: Readonly<Record<string, Compaction>> = {
  'every answer about the moment of a compaction or later stays the same, byte for byte': (
    events,
  ) => events.slice(1),
  'compaction keeps the state of every client, and what is known about devices': (events) =>
    events.slice(0, -1),
  'compacting twice changes nothing more': (events) =>
    events.length > 1 ? events.slice(1) : events,
  'parts that are compacted one by one fold to the join of the parts': (events, before) =>
    compact(events, before).slice(0, 2),
  'no event that a compaction keeps can be left out': (events) => events,
  'events after the moment of a compaction stay as they are, in their order': (events) =>
    compact(events),
  'a compacted log has no event that the log does not have': (events, before) =>
    compact(events, before).map((event) => ({ ...event, id: 'msg_new' })),
  'neither order nor duplicates of deliveries change which events are kept': (events, before) => {
    // Keeps the first event of the log besides what it has to keep.
    const kept = compact(events, before)
    const first = settled(events, before)[0]
    return first === undefined || kept.includes(first) ? kept : [first, ...kept]
  },
}

describe('each law of a compaction', () => {
  const samples = fc.sample(arbitraryLawSample(), { numRuns: 400, seed: 1 })

  it('there is a wrong compaction for every law', () => {
    expect(Object.keys(WRONG).sort()).toEqual(compactionLaws.map(({ name }) => name).sort())
  })

  it.each(Object.entries(WRONG))('a wrong compaction breaks the law: %s', (name, wrong) => {
    expect(samples.some((sample) => brokenCompactionLaws(sample, wrong).includes(name))).toBe(true)
  })

  it('brokenCompactionLaws names no law that holds', () => {
    const broken = new Set(
      samples.flatMap((sample) => brokenCompactionLaws(sample, (events) => events)),
    )
    expect(broken).not.toContain('compacting twice changes nothing more')
  })
})
