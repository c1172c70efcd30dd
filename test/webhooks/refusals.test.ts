import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeReceived, MAX_BODY_BYTES, statusOf } from '../../src/webhooks/received.js'
import type { ReceiverOptions } from '../../src/webhooks/receiver.js'
import type { WebhookRequest } from '../../src/webhooks/verify.js'
import { T0 } from '../given.js'
import {
  A_BODY,
  givenReceiver,
  headersOf,
  ID,
  OTHER_SECRET,
  requestOf,
  SECRET,
  signed,
  type Sent,
} from './given.js'

const SECOND = 1000

const expectRefused = async (
  request: WebhookRequest,
  reason: string,
  options: Partial<ReceiverOptions> = {},
): Promise<void> => {
  const { receive, events, quarantined } = givenReceiver(options)
  const received = await receive(request)
  expect(received).toEqual({ _tag: 'Refused', reason })
  const status = reason === 'not-genuine' ? 401 : reason === 'too-large' ? 413 : 400
  expect(statusOf(received)).toBe(status)
  expect(describeReceived(received)).toMatch(/^refused: [^{}]+$/)
  expect([...(await events()), ...(await quarantined())]).toEqual([])
}

const expectTaken = async (
  request: WebhookRequest,
  options: Partial<ReceiverOptions> = {},
): Promise<void> => {
  expect(await givenReceiver(options).receive(request)).toMatchObject({ _tag: 'Recorded' })
}

const sent = signed(A_BODY)
const withHeaders = (headers: WebhookRequest['headers']): WebhookRequest => ({
  headers,
  body: sent.body,
})
const altered = (differences: Partial<Sent>): WebhookRequest =>
  requestOf({ ...sent, ...differences })

describe('the time of a delivery', () => {
  it.each([
    [300, 'too-old'],
    [-300, 'too-new'],
  ])('may differ by %d seconds, and by no more', async (seconds, reason) => {
    const [late, later] = [seconds, seconds + Math.sign(seconds)]
    await expectTaken(requestOf(sent), { now: () => T0 + late * SECOND })
    await expectRefused(requestOf(sent), reason, { now: () => T0 + later * SECOND })
  })

  it('may differ by as much as is said', async () => {
    const options = { toleranceSeconds: 10 }
    await expectTaken(requestOf(sent), { ...options, now: () => T0 + 10 * SECOND })
    await expectRefused(requestOf(sent), 'too-old', { ...options, now: () => T0 + 11 * SECOND })
    expect(() => givenReceiver({ toleranceSeconds: Number.NaN })).toThrow(TypeError)
    expect(() => givenReceiver({ toleranceSeconds: -1 })).toThrow(TypeError)
  })

  it('is that of the clock that is given, and not of the system', async () => {
    const at = Date.UTC(2100, 0)
    await expectTaken(requestOf(signed(A_BODY, { at })), { now: () => at })
    const now = Date.now()
    await expectRefused(requestOf(signed(A_BODY, { at: now })), 'too-new')
  })

  it('is not taken on trust where the clock tells no time', async () => {
    await expectRefused(requestOf(sent), 'too-new', { now: () => Number.NaN })
  })

  it('of old deliveries and of days to come is refused, though they are genuine', async () => {
    for (const days of [1, 30, 3650]) {
      const distance = days * 86_400 * SECOND
      await expectRefused(requestOf(signed(A_BODY, { at: T0 - distance })), 'too-old')
      await expectRefused(requestOf(signed(A_BODY, { at: T0 + distance })), 'too-new')
    }
  })

  it.each([
    '',
    ' ',
    'now',
    '-1716883200',
    '+1716883200',
    '01716883200',
    '1716883200.0',
    '1716883200 ',
    ' 1716883200',
    '1716883200x',
    '1716883200, 1716883200',
    '1.7168832e9',
    '0x66557880',
    '١٧١٦٨٨٣٢٠٠',
    '1716883200000000',
    'Infinity',
    'NaN',
  ])('is refused if it is written %j', async (timestamp) => {
    await expectRefused(altered({ timestamp }), 'timestamp')
  })
})

describe('headers', () => {
  const svix = headersOf(sent)
  const standard = headersOf(sent, 'webhook')

  it('may have the names of Svix, of the standard, or both with the same values', async () => {
    await expectTaken(withHeaders(svix))
    await expectTaken(withHeaders(standard))
    await expectTaken(withHeaders({ ...svix, ...standard }))
  })

  it('may be those of fetch, or of Node, in any case', async () => {
    await expectTaken(withHeaders(new Headers(svix)))
    const get = (name: string) => new Headers(svix).get(name)
    await expectTaken(withHeaders({ get } as unknown as Headers))
    const shouted = Object.entries(svix).map(([name, value]) => [name.toUpperCase(), value])
    await expectTaken(withHeaders(Object.fromEntries(shouted) as Record<string, string>))
    const single = Object.entries(svix).map(([name, value]) => [name, [value]])
    await expectTaken(withHeaders(Object.fromEntries(single) as Record<string, string[]>))
    await expectTaken(withHeaders({ ...svix, host: 'localhost', cookie: undefined }))
  })

  it.each([
    ['nothing', {}],
    ['no id', { ...svix, 'svix-id': undefined }],
    ['no timestamp', { ...svix, 'svix-timestamp': undefined }],
    ['no signature', { ...svix, 'svix-signature': undefined }],
    ['no value', { ...svix, 'svix-signature': [] }],
    ['some of one name, some of the other', { ...svix, 'svix-id': undefined, 'webhook-id': ID }],
    ['some more of the other name', { ...svix, 'webhook-id': ID }],
    ['other values under the other name', { ...svix, ...standard, 'webhook-id': 'msg_2' }],
    ['two ids', { ...svix, 'svix-id': [ID, ID] }],
    ['two cases of a name', { ...svix, 'Svix-Id': ID }],
    ['two signatures', { ...svix, 'svix-signature': [sent.signature, sent.signature] }],
  ])('with %s are refused', async (_name, headers) => {
    await expectRefused(withHeaders(headers), 'headers')
  })

  it.each(['id', 'timestamp', 'signature'])(
    'with a %s that came twice, and was joined, are refused',
    async (name) => {
      const headers = new Headers(svix)
      headers.append(`svix-${name}`, svix[`svix-${name}`] ?? '')
      await expectRefused(withHeaders(headers), name)
    },
  )

  it.each(['', ' ', 'msg 1', 'msg.1', 'msg\0', 'msg\n1', 'mség', 'x'.repeat(257)])(
    'with the id %j are refused, though it was signed',
    async (id) => {
      await expectRefused(requestOf(signed(A_BODY, { id })), 'id')
    },
  )
})

describe('signatures', () => {
  const good = sent.signature
  const wrong = signed(A_BODY, { secret: OTHER_SECRET }).signature
  const bare = good.slice('v1,'.length)

  it('may be several, of which one is good', async () => {
    await expectTaken(altered({ signature: `${wrong} ${good}` }))
    await expectTaken(altered({ signature: `v2,AAAA v1a,AAAA ${good} ${wrong}` }))
  })

  it('may be of either secret during a rotation', async () => {
    for (const secrets of [
      [SECRET, OTHER_SECRET],
      [OTHER_SECRET, SECRET],
    ]) {
      await expectTaken(requestOf(sent), { secrets })
      await expectTaken(altered({ signature: wrong }), { secrets })
    }
    await expectRefused(requestOf(sent), 'not-genuine', { secrets: [OTHER_SECRET] })
  })

  it.each([
    ['of another secret', wrong],
    ['of version 1a', `v1a,${bare}`],
    ['of version 2', `v2,${bare}`],
    ['of no version, but a number', `v01,${bare}`],
    ['cut off', good.slice(0, -1)],
    ['of one character', `v1,${bare.slice(0, 1)}`],
    ['with more behind', `${good}=`],
    ['in the other base64', `v1,${bare.replaceAll('+', '-').replaceAll('/', '_')}=`],
    ['of the body alone', signed('').signature],
  ])('%s are not genuine', async (_name, signature) => {
    await expectRefused(altered({ signature }), 'not-genuine')
  })

  it.each([
    ['nothing', ''],
    ['no signature', 'v1,'],
    ['no version', bare],
    ['no name of a version', `,${bare}`],
    ['another case', `V1,${bare}`],
    ['two spaces', `${good}  ${good}`],
    ['a space behind', `${good} `],
    ['a comma between', `${good},${good}`],
    ['more than there can be', Array(33).fill(wrong).join(' ')],
    ['one longer than there can be', `v1,${'A'.repeat(513)}`],
  ])('with %s are refused', async (_name, signature) => {
    await expectRefused(altered({ signature }), 'signature')
  })

  it('of what stands between the dots count, and not of what could stand there', async () => {
    // All of these have the same bytes under the signature.
    const { timestamp } = sent
    const first = A_BODY.slice(0, 1)
    await expectRefused(altered({ id: `${ID}.${timestamp}` }), 'id')
    await expectRefused(altered({ timestamp: `${timestamp}.${first}` }), 'timestamp')
  })
})

describe('a body', () => {
  it('may be as long as 256 KiB, and no longer', async () => {
    const padded = (length: number) => `${A_BODY}${' '.repeat(length - A_BODY.length)}`
    await expectTaken(requestOf(signed(padded(MAX_BODY_BYTES))))
    await expectRefused(requestOf(signed(padded(MAX_BODY_BYTES + 1))), 'too-large')
    await expectRefused(requestOf(signed(padded(1 << 20))), 'too-large')
  })

  it('that is not UTF-8 is refused, though it reads as what was signed', async () => {
    const body = A_BODY.replace('Ada', '\ufffd')
    const lenient = Buffer.from(body.replace('\ufffd', '\xff'), 'latin1')
    expect(lenient.toString('utf8')).toBe(body)
    await expectTaken(requestOf(signed(body)))
    await expectRefused({ ...requestOf(signed(body)), body: lenient }, 'body')
  })

  it('with a byte order mark that was not signed is not genuine', async () => {
    await expectRefused(altered({ body: Buffer.from(`\ufeff${A_BODY}`) }), 'not-genuine')
    const marked = signed(`\ufeff${A_BODY}`)
    await expectRefused({ ...requestOf(marked), body: sent.body }, 'not-genuine')
  })

  it('may be any view of bytes', async () => {
    const roomy = new Uint8Array(sent.body.length + 20).fill(0x20)
    roomy.set(sent.body, 10)
    await expectTaken({ ...requestOf(sent), body: roomy.subarray(10, 10 + sent.body.length) })
  })
})

describe('whatever comes', () => {
  it('is refused with a reason, and never throws', async () => {
    const { receive, events, quarantined } = givenReceiver()
    const value = fc.oneof(
      fc.constantFrom(ID, sent.timestamp, sent.signature, '', 'v1,', undefined),
      fc.string({ unit: 'binary' }),
      fc.array(fc.string(), { maxLength: 3 }),
    )
    const names = ['svix-id', 'svix-timestamp', 'svix-signature', 'webhook-id', '__proto__']
    const headers = fc.dictionary(fc.constantFrom(...names), value)
    const bodies = fc.oneof(fc.uint8Array(), fc.constant(sent.body))
    await fc.assert(
      fc.asyncProperty(headers, bodies, async (given, body) => {
        const isGenuine =
          given['svix-id'] === ID &&
          given['svix-timestamp'] === sent.timestamp &&
          given['svix-signature'] === sent.signature &&
          body === sent.body
        const received = await receive({ headers: given, body })
        expect(received._tag === 'Refused' || isGenuine).toBe(true)
      }),
      { numRuns: 2000 },
    )
    expect((await events()).length).toBeLessThanOrEqual(1)
    expect(await quarantined()).toEqual([])
  })
})
