import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventLine, logOf, sourceOf } from '../log-bytes.js'
import { ACTIVITY, withData } from './example.js'
import { fastOutcome, plainOutcome } from './outcome.js'

/** What a receiver may do to a text. It may be JSON no more. */
const TOKENS = [
  ...['"', '\\', '\\"', '\\u00e9', '\\ud83d', '{', '}', '[', ']', ':', ',', ' ', '\t', '0', '1'],
  ...[
    '9'.repeat(16),
    '-1',
    '0.5',
    '1e3',
    '1e400',
    'true',
    'false',
    'null',
    'é',
    '😀',
    '\u0001',
    '{}',
    '[1]',
  ],
] as const

const arbitraryScalar = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom('', 'a', 'same', 'é', '😀', 'quote "', 'longer than one vector of bytes'),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.constantFrom(0, 1, 9, 10, 12, 123, -1, 0.5, 1e21, 1_779_955_200_000),
    fc.constantFrom(true, false, null),
  )

/** A value that is dropped: an object of few keys, so that a change meets each kind of place. */
const arbitraryDropped = (): fc.Arbitrary<object> =>
  fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'first_name', 'a_key_of_more_than_sixteen_bytes'),
    fc.oneof(
      { weight: 3, arbitrary: arbitraryScalar() },
      fc.array(arbitraryScalar(), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('x', 'y'), arbitraryScalar()),
    ),
    { minKeys: 1 },
  )

interface Change {
  readonly place: number
  readonly removed: number
  readonly token: string
}

const arbitraryChange = (): fc.Arbitrary<Change> =>
  fc.record({
    place: fc.nat(10_000),
    removed: fc.constantFrom(0, 0, 1, 1, 2, 5),
    token: fc.constantFrom('', '', ...TOKENS),
  })

/** The text after a change; its brace, by which the engine knows that it is an object, stays. */
const changed = (text: string, { place, removed, token }: Change): string => {
  const at = 1 + (place % text.length)
  return text.slice(0, at) + token + text.slice(at + removed)
}

/** Lines in which the text is dropped: of a session, of an event, and where devices are described. */
const linesWith = (text: string): ReadonlyArray<string> => [
  withData(eventLine(), `"user":${text},`),
  eventLine().replace('"type"', `"user":${text},"type"`),
  eventLine().replace('"type"', `"event_attributes":${text},"type"`),
]

const agreedCounts = async (log: Buffer) => {
  const plain = await plainOutcome([sourceOf([log])])
  expect(await fastOutcome([sourceOf([log])])).toEqual(plain)
  return plain.counts
}

describe('values that are like the one before', () => {
  it('what is dropped is read as the plain path does, whatever stood in its place before', async () => {
    const seen = { events: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryDropped(), { minLength: 1, maxLength: 3 }),
        fc.array(fc.array(arbitraryChange(), { minLength: 1, maxLength: 2 }), {
          minLength: 4,
          maxLength: 12,
        }),
        fc.constantFrom('', ' '),
        async (values, variants, indent) => {
          const texts = values.map((value) =>
            JSON.stringify(value, null, indent).replaceAll('\n', indent),
          )
          const lines = texts.flatMap((text) =>
            variants.flatMap((changes) => [
              ...linesWith(text),
              ...linesWith(changes.reduce(changed, text)),
            ]),
          )
          const { events, refused } = await agreedCounts(logOf(...lines))
          seen.events += events
          seen.refused += refused
        },
      ),
      { numRuns: 60 },
    )
    expect(seen.events).toBeGreaterThan(1000)
    expect(seen.refused).toBeGreaterThan(300)
  })

  it.each([
    { name: 'a longer number', before: '{"n":12}', after: '{"n":1234567}', refused: 0 },
    { name: 'a number with a zero before it', before: '{"n":1}', after: '{"n":01}', refused: 1 },
    { name: 'a zero with a digit behind it', before: '{"n":0}', after: '{"n":01}', refused: 1 },
    { name: 'a number that is not finite', before: '{"n":1}', after: '{"n":1e400}', refused: 0 },
    { name: 'no number at all', before: '{"n":1}', after: '{"n":}', refused: 1 },
    { name: 'a string without its end', before: '{"s":"a"}', after: '{"s":"a}', refused: 1 },
    {
      name: 'a string with a control character',
      before: '{"s":"a"}',
      after: '{"s":"\u0001"}',
      refused: 1,
    },
    { name: 'half a literal', before: '{"b":true}', after: '{"b":fals}', refused: 1 },
    { name: 'another literal', before: '{"b":true}', after: '{"b":false}', refused: 0 },
    { name: 'another key', before: '{"a":1}', after: '{"b":1}', refused: 0 },
    { name: 'a key without its colon', before: '{"a":1}', after: '{"a"1}', refused: 1 },
    { name: 'more than the first had', before: '{"a":1}', after: '{"a":1}}', refused: 1 },
    { name: 'another kind of bracket', before: '{"a":[1]}', after: '{"a":[1}]', refused: 1 },
  ])(
    'a value is read right behind one that it differs from by $name',
    async ({ before, after, refused }) => {
      const line = (text: string): string => withData(eventLine(), `"user":${text},`)
      expect(await agreedCounts(logOf(line(before), line(after)))).toMatchObject({ refused })
    },
  )

  it('more values, larger ones and ones with many scalars are read too', async () => {
    const extra = Array.from({ length: 12 }, (_, n) => `"extra_${n}":{"n":${n}},`).join('')
    const large = JSON.stringify({ text: 'x'.repeat(9000), n: 1 })
    const wide = JSON.stringify({ numbers: Array.from({ length: 400 }, (_, n) => n) })
    const texts = [extra, `"user":${large},`, `"user":${wide},`, extra.replace('9}', 'x}')]
    const lines = texts.flatMap((text) => Array<string>(3).fill(withData(eventLine(), text)))
    expect(await agreedCounts(logOf(...lines))).toMatchObject({ events: 9, refused: 3 })
  })
})

describe('white space inside of values that are kept', () => {
  const spaced = (value: unknown): string =>
    JSON.stringify(value, null, ' ').replaceAll('\n', '\t').replaceAll('":', '" :')

  it('a Client has the values without it, and text in strings stays as it is', async () => {
    const values = {
      latest_activity: { ...ACTIVITY, city: 'New  York :, "é" {1 , 2} \\' },
      actor: { sub: 'user_2', deep: [[], {}, [1, 'a , b']] },
      tasks: [{ key: 'a task' }],
    }
    const line = eventLine(values)
    const data = (JSON.parse(line) as { data: object }).data
    const log = logOf(line.replace(JSON.stringify(data), spaced(data)))
    const plain = await plainOutcome([sourceOf([log])])
    for (const value of Object.values(values)) {
      expect(plain.clients).toContain(JSON.stringify(value))
    }
    expect(await fastOutcome([sourceOf([log])])).toEqual(plain)
  })
})
