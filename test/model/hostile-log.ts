import fc from 'fast-check'
import type { ClientQuery } from '../../src/projections/client-query.js'
import { encodeEvent } from '../../src/events/encode-event.js'
import { payloadOf } from '../../src/testing/stories/payload.js'
import type { Story } from '../../src/testing/stories/story.js'
import {
  arbitraryEvent,
  arbitraryJson,
  arbitraryStory,
  arbitraryText,
  arbitraryTime,
} from '../../src/testing/index.js'

type Payload = Record<string, unknown>

const isPayload = (value: unknown): value is Payload =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Adds keys that decoding drops, as Clerk's payloads have them, and reorders the keys. */
const withExtraKey = (
  payload: Payload,
  extra: readonly [string, unknown],
  isReversed: boolean,
): Payload => {
  const [key, value] = extra
  const entries = [...Object.entries(payload)].filter(([name]) => name !== 'object' || !isReversed)
  if (!(key in payload)) entries.push([key, value])
  return Object.fromEntries(isReversed ? entries.reverse() : entries)
}

/** A valid payload in the wire form: also with other orders of keys, in seconds, without `object`. */
export const arbitraryPayload = (): fc.Arbitrary<unknown> =>
  fc
    .record({
      event: arbitraryEvent(),
      extra: fc.tuple(fc.constantFrom('user', 'zzz', 'toString'), arbitraryJson()),
      isReversed: fc.boolean(),
      timestamp: fc.option(fc.constantFrom(1_716_883_200, 1_716_883_260, -0)),
    })
    .map(({ event, extra, isReversed, timestamp }) => {
      const payload = encodeEvent(event) as Payload
      const data = withExtraKey(payload.data as Payload, extra, false)
      const changes = timestamp === null ? {} : { timestamp }
      return withExtraKey({ ...payload, ...changes, data }, extra, isReversed)
    })

/** A value to put where another one is expected. */
const arbitraryIntruder = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom<unknown>(
      undefined,
      null,
      true,
      '',
      'active',
      0,
      -1,
      0.5,
      Infinity,
      NaN,
      2 ** 53,
      253_402_300_799_999,
      253_402_300_800_000,
      1_716_883_200_000_000,
      [],
      {},
      'event',
      'session',
    ),
    arbitraryText(),
    arbitraryJson(),
  )

const pathsOf = (
  value: unknown,
  path: ReadonlyArray<string> = [],
): ReadonlyArray<ReadonlyArray<string>> => {
  if (path.length > 4 || typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))]
}

const replaced = (value: unknown, path: ReadonlyArray<string>, by: unknown): unknown => {
  const [key, ...rest] = path
  if (key === undefined) return by
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) =>
      String(index) === key ? replaced(item, rest, by) : item,
    )
  }
  if (!isPayload(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === key ? replaced(item, rest, by) : item,
    ]),
  )
}

/** A valid payload in which one value, anywhere, was replaced. */
export const arbitraryMutant = (): fc.Arbitrary<unknown> =>
  fc.tuple(arbitraryPayload(), fc.nat(), arbitraryIntruder()).map(([payload, choice, intruder]) => {
    const paths = pathsOf(payload)
    return replaced(payload, paths[choice % paths.length] ?? [], intruder)
  })

/** The clients of a story have the ids of other payloads, so that they meet. */
const MET_IDS: Readonly<Record<string, string>> = {
  client_1: 'client_a',
  client_2: 'client_b',
  sess_1: 'sess_a',
  sess_2: 'sess_b',
  user_ada: 'user_a',
}

/** The deliveries of a story, as payloads in the wire form. */
const payloadsOf = ({ events, deliveries }: Story): ReadonlyArray<unknown> =>
  deliveries.flatMap((place) => {
    const event = events[place]
    return event === undefined ? [] : [payloadOf(event, (id) => MET_IDS[id] ?? id)]
  })

/** Events, stories, mutants and arbitrary JSON, in any order. */
export const arbitraryHostileLog = (): fc.Arbitrary<ReadonlyArray<unknown>> =>
  fc
    .tuple(
      fc.array(arbitraryPayload(), { maxLength: 12 }),
      arbitraryStory({ observations: true }).map(payloadsOf),
      fc.array(arbitraryMutant(), { maxLength: 4 }),
      fc.array(arbitraryJson(), { maxLength: 1 }),
    )
    .map((parts): unknown[] => parts.flat())
    .chain((payloads) => fc.shuffledSubarray(payloads, { minLength: payloads.length }))

/** Any view. */
export const arbitraryClientQuery = (): fc.Arbitrary<ClientQuery> =>
  fc.record(
    {
      at: arbitraryTime(),
      asOf: arbitraryTime(),
      knownAt: arbitraryTime(),
      revoked: fc.constantFrom('keep' as const, 'drop' as const),
    },
    { requiredKeys: [] },
  )
