import fc from 'fast-check'
import { eventText } from '../../../src/events/encode-event.js'
import { arbitraryEvent } from '../../../src/testing/index.js'
import { generateLog } from '../../../src/testing/log/generate-log.js'
import { createRandom, type Random } from '../../../src/testing/log/random.js'
import { arbitraryPayload } from '../../model/hostile-log.js'
import { bytesOf, eventLine, MORNING, NOT_UTF8 } from '../log-bytes.js'

/** What is put into lines, where it may or may not belong. */
const TOKENS = [
  ...['"', '\\', '{', '}', '[', ']', ':', ',', ' ', '\t', '\r', '\n', '\0', '\u0007', '\x7f'],
  ...['null', 'true', 'false', '0', '-', '-0', '1e3', '1E400', '0.5', '01', '9007199254740993'],
  ...[
    '9007199254740991',
    '1779955200',
    '99999999999',
    '100000000000',
    '253402300799999',
    '253402300800000',
    '12345678',
    '1234567890123456',
  ],
  ...[
    '\\u0061',
    '\\ud800',
    '\\udc00',
    '\\ud83d\\ude00',
    '\\/',
    '\\n',
    '\\"',
    '\\x',
    '\\u00g0',
    '\\u00FF',
  ],
  ...['é', '語', '😀', '\ue000', '\uffff', '\ufeff', '\u2028'],
  ...['{}', '[]', '""', '"a":1,', '"id":"sess_x",', '"__proto__":{},', '"1":0,', '{"b":1,"a":2}'],
  ...['{"10":1,"9":2}', '{"a":1,"a":2}', '[[[[]]]]', '"status":"removed",', '"user":{"a":[1,{}]},'],
  ...[
    '"object":"session",',
    '"tasks":[{"key":"x"}],',
    '"actor":{"sub":"u","n":1.50},',
    '{"a" : 1}',
  ],
  ...['"latest_activity":{"id":"a","object":"b","is_mobile":true},', '"latest_activity":{"id":1},'],
  ...[
    '"timestamp":1779955200,',
    '"recorded_at":5,',
    '"timestamp":null,',
    '"x\\u0041":2,',
    'client_a',
  ],
] as const

const NOT_TEXT = NOT_UTF8.map(({ bytes }) => bytes)

/** Lines that differ from each other in little: versions of few sessions that nearly tie. */
const nearTies = (random: Random): string =>
  eventLine(
    {
      id: random.pick(['sess_1', 'sess_2', 'sess_é']),
      client_id: random.pick([
        'client_1',
        'client_2',
        'client_😀',
        'client_\uffee',
        'client_\ud800',
      ]),
      user_id: random.pick(['user_1', 'user_2', 'user_\ue000', 'user_😀', 'user_\uffff', 'user_é']),
      status: random.pick(['active', 'pending', 'ended', 'revoked', 'removed', 'expired']),
      updated_at: MORNING + random.integer(0, 1),
      ...(random.perMille(300)
        ? { tasks: random.pick([null, [], [{ key: '😀' }], [{ key: '' }]]) }
        : {}),
      ...(random.perMille(300)
        ? { actor: random.pick([null, {}, { sub: 'a' }, { sub: 'a', deep: [[[{ x: 'y' }]]] }]) }
        : {}),
    },
    { timestamp: MORNING + random.integer(0, 1) },
  )

const shuffled = <A>(items: ReadonlyArray<A>, random: Random): ReadonlyArray<A> =>
  items
    .map((item) => [random.integer(0, 1 << 30), item] as const)
    .sort(([left], [right]) => left - right)
    .map(([, item]) => item)

/** The same value, its objects' keys in another order. */
const withKeysMoved = (value: unknown, random: Random): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: unknown) => withKeysMoved(item, random))
  const entries = Object.entries(value).map(([key, item]) => [key, withKeysMoved(item, random)])
  return Object.fromEntries(shuffled(entries as Array<[string, unknown]>, random))
}

/** The same text, with white space, or escapes, where JSON allows them. */
const dressed = (line: string, random: Random): string =>
  JSON.stringify(JSON.parse(line), null, random.pick(['', ' ', '\t'])).replaceAll(
    '\n',
    random.pick(['', ' ', '\r']),
  )

const escaped = (line: string, random: Random): string =>
  line.replace(/[a-z0-9_/]/g, (letter) =>
    random.perMille(5) ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter,
  )

const rewritten = (line: string, random: Random): string => {
  switch (random.integer(0, 5)) {
    case 0:
      return JSON.stringify(withKeysMoved(JSON.parse(line), random))
    case 1:
      return dressed(line, random)
    case 2:
      return escaped(line, random)
    case 3:
      return `${random.pick([' ', '\t', '', '\ufeff', '\0'])}${line}${random.pick(['\r', ' ', 'x', ','])}`
    default:
      return line
  }
}

/** A place in a line: anywhere, or where a token begins. */
const placeIn = (bytes: Buffer, random: Random): number => {
  const place = random.integer(0, bytes.length)
  const found = bytes.indexOf(random.pick([',', ':', '"', '{', '}', '[', '\\']), place)
  return random.perMille(500) || found < 0 ? place : found + random.integer(0, 1)
}

const mutated = (bytes: Buffer, random: Random): Buffer => {
  const place = placeIn(bytes, random)
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)]
  const length = random.integer(1, random.pick([1, 1, 8, 40]))
  switch (random.integer(0, 6)) {
    case 0:
      return bytesOf(
        before,
        Buffer.from([(after[0] ?? 0) ^ (1 << random.integer(0, 7))]),
        after.subarray(1),
      )
    case 1:
      return bytesOf(before, after.subarray(length))
    case 2:
      return bytesOf(before, after.subarray(0, length), after)
    case 3:
      return bytesOf(before, Buffer.from([random.integer(0, 255)]), after)
    case 4:
      return bytesOf(before, random.pick(TOKENS), after.subarray(random.pick([0, 0, length])))
    case 5:
      return bytesOf(before, random.pick([NOT_TEXT[0] ?? '', ...NOT_TEXT]), after)
    default:
      return bytes
  }
}

const sources = (seed: number, random: Random): ReadonlyArray<string> => [
  ...fc.sample(arbitraryEvent(), { seed, numRuns: 60 }).map(eventText),
  ...fc.sample(arbitraryPayload(), { seed, numRuns: 60 }).map((payload) => JSON.stringify(payload)),
  ...Array.from({ length: 120 }, () => nearTies(random)),
  ...generateLog({ events: 60, clients: 6, seed, shape: 'slim' }),
  ...generateLog({ events: 20, clients: 3, seed, shape: 'full' }),
]

/** So many lines: true events, written in many ways, and most of them spoilt a little. */
export const mutatedLines = (seed: number, count: number): ReadonlyArray<Buffer> => {
  const random = createRandom(seed)
  const lines = sources(seed, random)
  return Array.from({ length: count }, () => {
    const line = lines[random.integer(0, lines.length - 1)] ?? ''
    let bytes = bytesOf(rewritten(line, random))
    for (let times = random.pick([0, 0, 0, 1, 1, 2]); times > 0; times--)
      bytes = mutated(bytes, random)
    return bytes
  })
}
