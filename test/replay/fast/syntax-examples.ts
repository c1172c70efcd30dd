import { BYTE_ORDER_MARK, eventLine, MORNING, sessionPayload } from '../log-bytes.js'
import { LINE, OBSERVED, reversed, withData, type LineExample } from './example.js'

/** A line for each time that an event may have, in which that time is this one. */
const everyTimeOf = (time: number): ReadonlyArray<string> => [
  ...['last_active_at', 'expire_at', 'abandon_at', 'updated_at', 'created_at'].map((key) =>
    eventLine({ [key]: time }),
  ),
  ...['timestamp', 'recorded_at'].map((key) => eventLine({}, { [key]: time })),
]

/** Lines that differ in how they are written: keys, escapes, times, line ends. */
export const SYNTAX_EXAMPLES: ReadonlyArray<LineExample> = [
  {
    name: 'keys in any order',
    lines: [JSON.stringify(reversed(sessionPayload())), LINE],
    events: 2,
    refused: 0,
  },
  {
    name: 'keys of the session in any order',
    lines: [
      JSON.stringify({
        ...sessionPayload(),
        data: reversed((sessionPayload() as { data: object }).data),
      }),
    ],
    events: 1,
    refused: 0,
  },
  {
    name: 'white space around tokens',
    lines: [JSON.stringify(sessionPayload(), null, '\t').replaceAll('\n', ' '), ` ${LINE} `],
    events: 2,
    refused: 0,
  },
  {
    name: 'an escaped key',
    lines: [LINE.replace('"status"', '"st\\u0061tus"')],
    events: 1,
    refused: 0,
  },
  {
    name: 'an escaped key of an event',
    lines: [LINE.replace('"data"', '"d\\u0061ta"')],
    events: 1,
    refused: 0,
  },
  {
    name: 'an escaped id',
    lines: [LINE.replace('sess_1', 'sess\\u005f1'), LINE.replace('client_1', 'client\\/1'), LINE],
    events: 3,
    refused: 0,
  },
  {
    name: 'an id with a quote',
    lines: [LINE.replace('client_1', 'client\\"1'), LINE.replace('sess_1', 'sess\\n1')],
    events: 2,
    refused: 0,
  },
  {
    name: 'a key twice',
    lines: [withData(LINE, '"status":"removed","id":"sess_2",')],
    events: 1,
    refused: 0,
  },
  {
    name: 'a key twice, the last one wrong',
    lines: [LINE.replace('}}', ',"status":"asleep"}}')],
    events: 0,
    refused: 1,
  },
  {
    name: 'an event’s key twice',
    lines: [LINE.replace('{', '{"type":"user.created",')],
    events: 1,
    refused: 0,
  },
  {
    name: 'an unknown key twice',
    lines: [withData(LINE, '"user":{"a":1},"user":{"a":2},')],
    events: 1,
    refused: 0,
  },
  {
    name: 'a time as 1e3',
    lines: [LINE.replace(/"updated_at":\d+/, '"updated_at":1e3')],
    events: 1,
    refused: 0,
  },
  {
    name: 'a time as 1.0',
    lines: [LINE.replace(/"updated_at":\d+/, '"updated_at":1.0')],
    events: 1,
    refused: 0,
  },
  {
    name: 'a time of -0',
    lines: [LINE.replace(/"created_at":\d+/, '"created_at":-0')],
    events: 1,
    refused: 0,
  },
  {
    name: 'a time of 0',
    lines: [LINE.replace(/"created_at":\d+/, '"created_at":0')],
    events: 1,
    refused: 0,
  },
  {
    name: 'a time of 2^53-1',
    lines: [LINE.replace(/"expire_at":\d+/, '"expire_at":9007199254740991')],
    events: 0,
    refused: 1,
  },
  {
    name: 'the last times of the year 9999',
    lines: everyTimeOf(253_402_300_799_999),
    events: 7,
    refused: 0,
  },
  {
    name: 'the first times of the year 10000',
    lines: everyTimeOf(253_402_300_800_000),
    events: 0,
    refused: 7,
  },
  {
    name: 'times in microseconds',
    lines: [...everyTimeOf(MORNING * 1000), OBSERVED.replaceAll(`${MORNING + 5}`, `${MORNING}000`)],
    events: 0,
    refused: 8,
  },
  {
    name: 'a time of 2^53+1',
    lines: [LINE.replace(/"expire_at":\d+/, '"expire_at":9007199254740993')],
    events: 0,
    refused: 1,
  },
  {
    name: 'a time with a leading zero',
    lines: [LINE.replace(/"expire_at":/, '"expire_at":0')],
    events: 0,
    refused: 1,
  },
  {
    name: 'a negative time',
    lines: [LINE.replace(/"expire_at":/, '"expire_at":-')],
    events: 0,
    refused: 1,
  },
  {
    name: 'seconds for milliseconds',
    lines: [
      eventLine(
        { updated_at: MORNING / 1000, created_at: 99_999_999_999 },
        { timestamp: MORNING / 1000, recorded_at: 7 },
      ),
      LINE,
    ],
    events: 2,
    refused: 0,
  },
  { name: 'CRLF', lines: [`${LINE}\r`, '\r', `${LINE}\r`], events: 2, refused: 0 },
  {
    name: 'a byte-order mark at the start',
    lines: [`${BYTE_ORDER_MARK}${LINE}`, LINE],
    events: 2,
    refused: 0,
  },
  {
    name: 'a byte-order mark elsewhere',
    lines: [LINE, `${BYTE_ORDER_MARK}${LINE}`, `${BYTE_ORDER_MARK}${BYTE_ORDER_MARK}${LINE}`],
    events: 3,
    refused: 0,
  },
  {
    name: 'a byte-order mark behind a space, or within an event',
    lines: [` ${BYTE_ORDER_MARK}${LINE}`, `{${BYTE_ORDER_MARK}${LINE.slice(1)}`],
    events: 0,
    refused: 2,
  },
  {
    name: 'byte-order marks and nothing else',
    lines: [BYTE_ORDER_MARK, `${BYTE_ORDER_MARK}${BYTE_ORDER_MARK} \r`],
    events: 0,
    refused: 0,
  },
  { name: 'blank lines', lines: ['', ' \t', LINE, '', '\r'], events: 1, refused: 0 },
  {
    name: 'NUL',
    lines: [`\0${LINE}`, LINE.replace('user_1', 'user\0'), `${LINE}\0`, '\0'],
    events: 0,
    refused: 4,
  },
]
