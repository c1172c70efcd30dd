import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold, type Moments } from '../../src/domain/fold.js'
import type { ClientStates } from '../../src/domain/state.js'
import { stateText } from '../../src/domain/state-text.js'
import { clientIdOf, type ClientEvent } from '../../src/events/client-event.js'
import { eventText } from '../../src/events/encode-event.js'
import {
  replay,
  type ReplayDone,
  type ReplayOptions,
  type ReplayStep,
} from '../../src/replay/index.js'
import type { LogSource } from '../../src/replay/source.js'
import {
  arbitraryDeliveries,
  arbitraryEvent,
  arbitraryHistory,
  arbitraryTime,
} from '../../src/testing/index.js'
import { arbitraryChunks, DAY, eventLine, logOf, MORNING, sourceOf } from './log-bytes.js'

const stepsOf = async (
  sources: ReadonlyArray<LogSource>,
  options: ReplayOptions = {},
): Promise<ReadonlyArray<ReplayStep>> => {
  const steps: ReplayStep[] = []
  for await (const step of replay(sources, options)) steps.push(step)
  return steps
}

const doneOf = async (
  sources: ReadonlyArray<LogSource>,
  options: ReplayOptions = {},
): Promise<ReplayDone> => {
  const last = (await stepsOf(sources, options)).at(-1)
  if (last?.type !== 'done') throw new Error('the replay did not end with done')
  return last
}

const logOfEvents = (events: ReadonlyArray<ClientEvent>): LogSource =>
  sourceOf([logOf(...events.map(eventText))])

const textOf = (clients: ClientStates): ReadonlyArray<string> =>
  Array.from(clients.values(), stateText).sort()

const arbitraryEvents = (): fc.Arbitrary<ReadonlyArray<ClientEvent>> =>
  fc.array(arbitraryEvent(), { maxLength: 15 })

const arbitraryMoments = (): fc.Arbitrary<Moments> =>
  fc.record({ asOf: arbitraryTime(), knownAt: arbitraryTime() }, { requiredKeys: [] })

const ACTIVE = eventLine()
const ENDED = eventLine(
  { status: 'ended', updated_at: MORNING + DAY },
  { type: 'session.ended', timestamp: MORNING + DAY, recorded_at: MORNING + 3 * DAY },
)

const statusOf = async (options: ReplayOptions): Promise<string | undefined> => {
  const { clients } = await doneOf([sourceOf([logOf(ENDED, ACTIVE)])], options)
  return clients.get('client_1')?.sessions.get('sess_1')?.session.status
}

describe('replay', () => {
  it('a replay ends with one done step', async () => {
    const steps = await stepsOf([sourceOf([logOf(ACTIVE, 'no event', ENDED)])])
    expect(steps.map(({ type }) => type)).toEqual(['refused', 'progress', 'progress', 'done'])
  })

  it('a replay without sources has no clients', async () => {
    expect(await stepsOf([])).toEqual([{ type: 'done', clients: new Map(), events: 0, refused: 0 }])
  })

  it('a replay counts events and refused lines of all sources', async () => {
    const sources = [[ACTIVE, 'no', 'no'], [ENDED], ['no', ACTIVE]].map((lines) =>
      sourceOf([logOf(...lines)]),
    )
    expect(await doneOf(sources)).toMatchObject({ events: 3, refused: 3 })
  })

  it('a replay gives what folding the events gives', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEvents(), async (events) => {
        const { clients } = await doneOf([logOfEvents(events)])
        expect(textOf(clients)).toEqual(textOf(fold(events)))
      }),
    )
  })

  it('the chunks of a log make no difference', async () => {
    const arbitraryCase = arbitraryEvents().chain((events) =>
      fc.tuple(fc.constant(events), arbitraryChunks(logOf(...events.map(eventText)))),
    )
    await fc.assert(
      fc.asyncProperty(arbitraryCase, async ([events, chunks]) => {
        const { clients } = await doneOf([sourceOf(chunks)])
        expect(textOf(clients)).toEqual(textOf(fold(events)))
      }),
    )
  })

  it('the split of a log into sources makes no difference', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEvents(), fc.nat({ max: 15 }), async (events, place) => {
        const parts = [events.slice(place), [], events.slice(0, place)].map(logOfEvents)
        const { clients } = await doneOf(parts)
        expect(textOf(clients)).toEqual(textOf(fold(events)))
      }),
    )
  })

  it('the order and repetition of deliveries make no difference', async () => {
    const arbitraryCase = arbitraryHistory().chain((history) =>
      fc.tuple(fc.constant(history), arbitraryDeliveries(history)),
    )
    await fc.assert(
      fc.asyncProperty(arbitraryCase, async ([history, deliveries]) => {
        const { clients } = await doneOf([logOfEvents(deliveries)])
        expect(textOf(clients)).toEqual(textOf(fold(history)))
      }),
    )
  })
})

describe('clientId', () => {
  it('a replay of one client gives no other client', async () => {
    const log = logOf(ACTIVE, eventLine({ client_id: 'client_2' }))
    const { clients } = await doneOf([sourceOf([log])], { clientId: 'client_2' })
    expect([...clients.keys()]).toEqual(['client_2'])
  })

  it('a replay of a client without events gives no client', async () => {
    const { clients } = await doneOf([sourceOf([logOf(ACTIVE)])], { clientId: 'client_2' })
    expect(clients.size).toBe(0)
  })

  it('a replay of one client counts the events of all clients', async () => {
    const { events } = await doneOf([sourceOf([logOf(ACTIVE)])], { clientId: 'client_2' })
    expect(events).toBe(1)
  })

  it('a replay of one client gives what folding its events gives', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEvents(), arbitraryMoments(), async (events, horizon) => {
        const clientId = 'client_a'
        const { clients } = await doneOf([logOfEvents(events)], { ...horizon, clientId })
        const own = events.filter((event) => clientIdOf(event) === clientId)
        expect(textOf(clients)).toEqual(textOf(fold(own, horizon)))
      }),
    )
  })
})

describe('asOf and knownAt', () => {
  it('asOf gives the status that was true at the moment', async () => {
    expect(await statusOf({ asOf: MORNING })).toBe('active')
    expect(await statusOf({ asOf: MORNING + DAY - 1 })).toBe('active')
    expect(await statusOf({ asOf: MORNING + DAY })).toBe('ended')
  })

  it('knownAt gives the status that was known at the moment', async () => {
    expect(await statusOf({ knownAt: MORNING + 3 * DAY - 1 })).toBe('active')
    expect(await statusOf({ knownAt: MORNING + 3 * DAY })).toBe('ended')
  })

  it('asOf and knownAt together give what was known of what was true', async () => {
    expect(await statusOf({ asOf: MORNING + DAY, knownAt: MORNING + 2 * DAY })).toBe('active')
    expect(await statusOf({ asOf: MORNING, knownAt: MORNING + 3 * DAY })).toBe('active')
  })

  it('a client does not exist before its first event', async () => {
    expect(await statusOf({ asOf: MORNING - 1 })).toBeUndefined()
    const { clients, events } = await doneOf([sourceOf([logOf(ACTIVE)])], { asOf: MORNING - 1 })
    expect(clients.size).toBe(0)
    expect(events).toBe(1)
  })

  it('a replay with a horizon gives what folding with it gives', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEvents(), arbitraryMoments(), async (events, horizon) => {
        const { clients } = await doneOf([logOfEvents(events)], horizon)
        expect(textOf(clients)).toEqual(textOf(fold(events, horizon)))
      }),
    )
  })
})
