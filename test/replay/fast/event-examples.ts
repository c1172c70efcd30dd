import { bytesOf, DAY, eventLine, MORNING, NOT_UTF8 } from '../log-bytes.js'
import { ACTIVITY, LINE, OBSERVED, withData, type LineExample } from './example.js'

/** Lines that differ in what they contain, and versions that compete. */
export const EVENT_EXAMPLES: ReadonlyArray<LineExample> = [
  {
    name: 'control characters in a string',
    lines: [LINE.replace('user_1', 'user\u0007'), LINE.replace('user_1', 'user\x7f')],
    events: 1,
    refused: 1,
  },
  {
    name: 'lone surrogates',
    lines: [
      LINE.replace('client_1', 'client_\\ud800'),
      LINE.replace('client_1', 'client_\\udc00'),
      LINE.replace('client_1', 'client_😀'),
      LINE.replace('client_1', 'client_\uffee'),
      LINE.replace('user_1', 'user_\\ud800'),
    ],
    events: 5,
    refused: 0,
  },
  {
    name: 'other types of events',
    lines: [
      eventLine({}, { type: 'user.created' }),
      eventLine({}, { type: 'session.made' }),
      eventLine({}, { type: 7 }),
    ],
    events: 0,
    refused: 3,
  },
  {
    name: 'an observation of a client',
    lines: [LINE, OBSERVED, eventLine({ id: 'sess_2', status: 'removed' })],
    events: 3,
    refused: 0,
  },
  {
    name: 'an observation of another client',
    lines: [OBSERVED.replaceAll('client_1', 'client_0'), LINE],
    events: 2,
    refused: 0,
  },
  {
    name: 'an observation of a session that was removed',
    lines: [OBSERVED, eventLine({ status: 'removed' })],
    events: 2,
    refused: 0,
  },
  {
    name: 'a user, which is dropped',
    lines: [withData(LINE, '"user":{"a":[1,-0.5e-7,{"b":"\\ud800\\/"}],"id":"x"},')],
    events: 1,
    refused: 0,
  },
  {
    name: 'a user that is not JSON',
    lines: [
      withData(LINE, '"user":{"a":01},'),
      withData(LINE, '"user":{"a":"\\x"},'),
      withData(LINE, '"user":[1,],'),
      withData(LINE, '"user":.5,'),
    ],
    events: 0,
    refused: 4,
  },
  {
    name: 'something after the event',
    lines: [`${LINE},`, `${LINE}{}`, `${LINE} 1`],
    events: 0,
    refused: 3,
  },
  {
    name: 'lines that are not events',
    lines: ['no', '7', 'null', '[]', '{}', '"', '{"type":"session.created"}'],
    events: 0,
    refused: 7,
  },
  {
    name: 'kept values as they would be written',
    lines: [
      eventLine({
        actor: { sub: 'é "\\' },
        tasks: [{ key: 'x' }],
        latest_activity: { ...ACTIVITY, city: '東京' },
      }),
    ],
    events: 1,
    refused: 0,
  },
  {
    name: 'kept values that parsing changes',
    lines: [
      withData(LINE, '"actor":{"10":1,"9":{"a":1.50}},"tasks":[1e2, "\\u00e9"],'),
      withData(LINE, '"actor":{"a":1,"a":2},'),
      withData(LINE, '"actor":{"__proto__":{"a":1}},'),
    ],
    events: 3,
    refused: 0,
  },
  {
    name: 'an activity that lacks a key',
    lines: [
      eventLine({ latest_activity: { ...ACTIVITY, is_mobile: null } }),
      eventLine({ latest_activity: { id: 'a', object: 'b' } }),
    ],
    events: 0,
    refused: 2,
  },
  {
    name: 'values nested 64 and 65 levels deep',
    lines: [
      eventLine({ tasks: JSON.parse(`${'['.repeat(64)}${']'.repeat(64)}`) as object }),
      eventLine({ tasks: JSON.parse(`${'['.repeat(65)}${']'.repeat(65)}`) as object }),
    ],
    events: 1,
    refused: 1,
  },
  {
    name: 'attributes nested 64 and 65 levels deep',
    lines: [64, 65].map((depth) =>
      eventLine(
        {},
        { event_attributes: JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) as object },
      ),
    ),
    events: 1,
    refused: 1,
  },
  {
    name: 'attributes with a number that is not finite',
    lines: [LINE.replace('{', '{"event_attributes":{"a":1e999},')],
    events: 0,
    refused: 1,
  },
  {
    name: 'null where null may be',
    lines: [
      eventLine(
        { actor: null, tasks: null, latest_activity: null, last_active_organization_id: null },
        { instance_id: null, event_attributes: null },
      ),
    ],
    events: 1,
    refused: 0,
  },
  {
    name: 'empty ids',
    lines: [eventLine({ id: '' }), eventLine({ user_id: '' }), eventLine({}, { id: '' })],
    events: 0,
    refused: 3,
  },
  {
    name: 'an id of 256 bytes, and of more',
    lines: [
      eventLine({ id: 's'.repeat(256) }),
      eventLine({ id: 's'.repeat(257) }),
      eventLine({ client_id: 'c'.repeat(1000) }),
    ],
    events: 3,
    refused: 0,
  },
  {
    name: 'ties down to the text',
    lines: ['\ue000', '😀', 'a', 'é', '\uffff', 'b'].map((user_id) => eventLine({ user_id })),
    events: 6,
    refused: 0,
  },
  {
    name: 'ties that one longer text decides',
    lines: [eventLine({ tasks: [] }), eventLine({ tasks: [{}] }), LINE],
    events: 3,
    refused: 0,
  },
  {
    name: 'ties that severity decides',
    lines: ['revoked', 'ended', 'abandoned', 'replaced'].map((status) => eventLine({ status })),
    events: 4,
    refused: 0,
  },
  {
    name: 'a session whose later versions are of an earlier stage',
    lines: [
      eventLine({ status: 'ended' }),
      eventLine({ updated_at: MORNING + DAY }),
      eventLine({ status: 'removed', updated_at: 1 }),
    ],
    events: 3,
    refused: 0,
  },
  {
    name: 'one session id in two clients',
    lines: [LINE, eventLine({ client_id: 'client_2' })],
    events: 2,
    refused: 0,
  },
  ...NOT_UTF8.map(({ flaw, bytes }) => ({
    name: `bytes that are not UTF-8: ${flaw}`,
    lines: [
      bytesOf(LINE.slice(0, 20), bytes, LINE.slice(20)),
      bytesOf('{"user":"', bytes, '",', LINE.slice(1)),
      LINE,
    ],
    events: 1,
    refused: 2,
  })),
]
