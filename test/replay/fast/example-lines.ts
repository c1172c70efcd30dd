import {
  bytesOf,
  BYTE_ORDER_MARK,
  DAY,
  eventLine,
  MORNING,
  NOT_UTF8,
  sessionPayload,
} from '../log-bytes.js'

type Text = string | Uint8Array

export const LINE = eventLine()

const reversed = (value: object): object => Object.fromEntries(Object.entries(value).reverse())

const withData = (line: string, data: string): string => line.replace('"data":{', `"data":{${data}`)

/** An observation of the client that `eventLine` speaks of. */
export const OBSERVED = JSON.stringify({
  type: 'client.observed',
  timestamp: MORNING + 5,
  data: {
    object: 'client',
    id: 'client_1',
    session_ids: [],
    sessions: [(sessionPayload({ status: 'replaced' }) as { readonly data: object }).data],
    sign_in_id: 'sia_1',
    sign_up_id: null,
    last_active_session_id: 'sess_1',
    last_authentication_strategy: 'oauth_google',
    updated_at: MORNING + 5,
    created_at: MORNING - 5,
  },
})

const ACTIVITY = { id: 'act_1', object: 'session_activity', is_mobile: true }

/** Lines, and how many events and refused lines are among them. */
export const EXAMPLES: ReadonlyArray<
  readonly [name: string, lines: ReadonlyArray<Text>, events: number, refused: number]
> = [
  ['keys in any order', [JSON.stringify(reversed(sessionPayload())), LINE], 2, 0],
  [
    'keys of the session in any order',
    [
      JSON.stringify({
        ...sessionPayload(),
        data: reversed((sessionPayload() as { data: object }).data),
      }),
    ],
    1,
    0,
  ],
  [
    'white space',
    [JSON.stringify(sessionPayload(), null, '\t').replaceAll('\n', ' '), ` ${LINE} `],
    2,
    0,
  ],
  ['an escaped key', [LINE.replace('"status"', '"st\\u0061tus"')], 1, 0],
  ['an escaped key of an event', [LINE.replace('"data"', '"d\\u0061ta"')], 1, 0],
  [
    'an escaped id',
    [LINE.replace('sess_1', 'sess\\u005f1'), LINE.replace('client_1', 'client\\/1'), LINE],
    3,
    0,
  ],
  [
    'an id with a quote',
    [LINE.replace('client_1', 'client\\"1'), LINE.replace('sess_1', 'sess\\n1')],
    2,
    0,
  ],
  ['a key twice', [withData(LINE, '"status":"removed","id":"sess_2",')], 1, 0],
  ['a key twice, the last one wrong', [LINE.replace('}}', ',"status":"asleep"}}')], 0, 1],
  ['an event’s key twice', [LINE.replace('{', '{"type":"user.created",')], 1, 0],
  ['an unknown key twice', [withData(LINE, '"user":{"a":1},"user":{"a":2},')], 1, 0],
  ['a time as 1e3', [LINE.replace(/"updated_at":\d+/, '"updated_at":1e3')], 1, 0],
  ['a time as 1.0', [LINE.replace(/"updated_at":\d+/, '"updated_at":1.0')], 1, 0],
  ['a time of -0', [LINE.replace(/"created_at":\d+/, '"created_at":-0')], 1, 0],
  ['a time of 0', [LINE.replace(/"created_at":\d+/, '"created_at":0')], 1, 0],
  ['a time of 2^53-1', [LINE.replace(/"expire_at":\d+/, '"expire_at":9007199254740991')], 1, 0],
  ['a time of 2^53+1', [LINE.replace(/"expire_at":\d+/, '"expire_at":9007199254740993')], 0, 1],
  ['a time with a leading zero', [LINE.replace(/"expire_at":/, '"expire_at":0')], 0, 1],
  ['a negative time', [LINE.replace(/"expire_at":/, '"expire_at":-')], 0, 1],
  [
    'seconds for milliseconds',
    [
      eventLine(
        { updated_at: MORNING / 1000, created_at: 99_999_999_999 },
        { timestamp: MORNING / 1000, recorded_at: 7 },
      ),
      LINE,
    ],
    2,
    0,
  ],
  ['CRLF', [`${LINE}\r`, '\r', `${LINE}\r`], 2, 0],
  ['a byte-order mark at the start', [`${BYTE_ORDER_MARK}${LINE}`, LINE], 2, 0],
  ['a byte-order mark elsewhere', [LINE, `${BYTE_ORDER_MARK}${LINE}`], 1, 1],
  ['nothing but a byte-order mark', [BYTE_ORDER_MARK], 0, 0],
  ['blank lines', ['', ' \t', LINE, '', '\r'], 1, 0],
  ['NUL', [`\0${LINE}`, LINE.replace('user_1', 'user\0'), `${LINE}\0`, '\0'], 0, 4],
  [
    'control characters in a string',
    [LINE.replace('user_1', 'user\u0007'), LINE.replace('user_1', 'user\x7f')],
    1,
    1,
  ],
  [
    'lone surrogates',
    [
      LINE.replace('client_1', 'client_\\ud800'),
      LINE.replace('client_1', 'client_\\udc00'),
      LINE.replace('client_1', 'client_😀'),
      LINE.replace('client_1', 'client_\uffee'),
      LINE.replace('user_1', 'user_\\ud800'),
    ],
    5,
    0,
  ],
  [
    'other types of events',
    [
      eventLine({}, { type: 'user.created' }),
      eventLine({}, { type: 'session.made' }),
      eventLine({}, { type: 7 }),
    ],
    0,
    3,
  ],
  [
    'an observation of a client',
    [LINE, OBSERVED, eventLine({ id: 'sess_2', status: 'removed' })],
    3,
    0,
  ],
  ['an observation of another client', [OBSERVED.replaceAll('client_1', 'client_0'), LINE], 2, 0],
  [
    'an observation of a session that was removed',
    [OBSERVED, eventLine({ status: 'removed' })],
    2,
    0,
  ],
  [
    'a user, dropped',
    [withData(LINE, '"user":{"a":[1,-0.5e-7,{"b":"\\ud800\\/"}],"id":"x"},')],
    1,
    0,
  ],
  [
    'a user that is no JSON',
    [
      withData(LINE, '"user":{"a":01},'),
      withData(LINE, '"user":{"a":"\\x"},'),
      withData(LINE, '"user":[1,],'),
      withData(LINE, '"user":.5,'),
    ],
    0,
    4,
  ],
  ['something after the event', [`${LINE},`, `${LINE}{}`, `${LINE} 1`], 0, 3],
  ['no event at all', ['no', '7', 'null', '[]', '{}', '"', '{"type":"session.created"}'], 0, 7],
  [
    'kept values as they would be written',
    [
      eventLine({
        actor: { sub: 'é "\\' },
        tasks: [{ key: 'x' }],
        latest_activity: { ...ACTIVITY, city: '東京' },
      }),
    ],
    1,
    0,
  ],
  [
    'kept values that parsing changes',
    [
      withData(LINE, '"actor":{"10":1,"9":{"a":1.50}},"tasks":[1e2, "\\u00e9"],'),
      withData(LINE, '"actor":{"a":1,"a":2},'),
      withData(LINE, '"actor":{"__proto__":{"a":1}},'),
    ],
    3,
    0,
  ],
  [
    'an activity that lacks a key',
    [
      eventLine({ latest_activity: { ...ACTIVITY, is_mobile: null } }),
      eventLine({ latest_activity: { id: 'a', object: 'b' } }),
    ],
    0,
    2,
  ],
  [
    'values nested 64 and 65 levels deep',
    [
      eventLine({ tasks: JSON.parse(`${'['.repeat(64)}${']'.repeat(64)}`) as object }),
      eventLine({ tasks: JSON.parse(`${'['.repeat(65)}${']'.repeat(65)}`) as object }),
    ],
    1,
    1,
  ],
  [
    'attributes nested 64 and 65 levels deep',
    [64, 65].map((depth) =>
      eventLine(
        {},
        { event_attributes: JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) as object },
      ),
    ),
    1,
    1,
  ],
  [
    'attributes with a number beyond all numbers',
    [LINE.replace('{', '{"event_attributes":{"a":1e999},')],
    0,
    1,
  ],
  [
    'null where null may be',
    [
      eventLine(
        { actor: null, tasks: null, latest_activity: null, last_active_organization_id: null },
        { instance_id: null, event_attributes: null },
      ),
    ],
    1,
    0,
  ],
  [
    'empty ids',
    [eventLine({ id: '' }), eventLine({ user_id: '' }), eventLine({}, { id: '' })],
    0,
    3,
  ],
  [
    'an id of 256 bytes, and of more',
    [
      eventLine({ id: 's'.repeat(256) }),
      eventLine({ id: 's'.repeat(257) }),
      eventLine({ client_id: 'c'.repeat(1000) }),
    ],
    3,
    0,
  ],
  [
    'ties down to the text',
    ['\ue000', '😀', 'a', 'é', '\uffff', 'b'].map((user_id) => eventLine({ user_id })),
    6,
    0,
  ],
  [
    'ties that one longer text decides',
    [eventLine({ tasks: [] }), eventLine({ tasks: [{}] }), LINE],
    3,
    0,
  ],
  [
    'ties that severity decides',
    ['revoked', 'ended', 'abandoned', 'replaced'].map((status) => eventLine({ status })),
    4,
    0,
  ],
  [
    'a session that never steps back',
    [
      eventLine({ status: 'ended' }),
      eventLine({ updated_at: MORNING + DAY }),
      eventLine({ status: 'removed', updated_at: 1 }),
    ],
    3,
    0,
  ],
  ['one session id in two clients', [LINE, eventLine({ client_id: 'client_2' })], 2, 0],
  ...NOT_UTF8.map(
    ({ flaw, bytes }) =>
      [
        `no UTF-8: ${flaw}`,
        [
          bytesOf(LINE.slice(0, 20), bytes, LINE.slice(20)),
          bytesOf('{"user":"', bytes, '",', LINE.slice(1)),
          LINE,
        ],
        1,
        2,
      ] as const,
  ),
]
