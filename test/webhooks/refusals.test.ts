import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeOutcome, MAX_BODY_BYTES, statusOf } from '../../src/webhooks/outcome.js'
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
  const outcome = await receive(request)
  expect(outcome).toEqual({ _tag: 'Refused', reason })
  const status = reason === 'not-genuine' ? 401 : reason === 'too-large' ? 413 : 400
  expect(statusOf(outcome)).toBe(status)
  expect(describeOutcome(outcome)).toMatch(/^refused: [^{}]+$/)
  expect([...(await events()), ...(await quarantined())]).toEqual([])
}

const expectRecorded = async (
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

describe('the timestamp of a delivery', () => {
  it.each([
    { seconds: 300, reason: 'too-old' },
    { seconds: -300, reason: 'too-new' },
  ])(
    'the timestamp of a delivery may differ from the clock by $seconds seconds, and by no more',
    async ({ seconds, reason }) => {
      const [within, beyond] = [seconds, seconds + Math.sign(seconds)]
      await expectRecorded(requestOf(sent), { now: () => T0 + within * SECOND })
      await expectRefused(requestOf(sent), reason, { now: () => T0 + beyond * SECOND })
    },
  )

  it('the timestamp of a delivery may differ from the clock by the tolerance of the receiver, and by no more', async () => {
    const options = { toleranceSeconds: 10 }
    await expectRecorded(requestOf(sent), { ...options, now: () => T0 + 10 * SECOND })
    await expectRefused(requestOf(sent), 'too-old', { ...options, now: () => T0 + 11 * SECOND })
    expect(() => givenReceiver({ toleranceSeconds: Number.NaN })).toThrow(TypeError)
    expect(() => givenReceiver({ toleranceSeconds: -1 })).toThrow(TypeError)
  })

  it('the timestamp of a delivery is compared with the clock of the receiver, not with that of the system', async () => {
    const at = Date.UTC(2100, 0)
    await expectRecorded(requestOf(signed(A_BODY, { at })), { now: () => at })
    const now = Date.now()
    await expectRefused(requestOf(signed(A_BODY, { at: now })), 'too-new')
  })

  it('the timestamp of a delivery is refused if the clock gives NaN', async () => {
    await expectRefused(requestOf(sent), 'too-new', { now: () => Number.NaN })
  })

  it('the timestamp of a delivery far in the past or in the future is refused, though the signature is genuine', async () => {
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
  ])('the timestamp of a delivery is refused if the header is %j', async (timestamp) => {
    await expectRefused(altered({ timestamp }), 'timestamp')
  })
})

describe('headers', () => {
  const svix = headersOf(sent)
  const standard = headersOf(sent, 'webhook')

  it('headers may have the names of Svix, of Standard Webhooks, or both with the same values', async () => {
    await expectRecorded(withHeaders(svix))
    await expectRecorded(withHeaders(standard))
    await expectRecorded(withHeaders({ ...svix, ...standard }))
  })

  it('headers may be those of fetch or of Node, with names in any case', async () => {
    await expectRecorded(withHeaders(new Headers(svix)))
    const get = (name: string) => new Headers(svix).get(name)
    await expectRecorded(withHeaders({ get } as unknown as Headers))
    const upperCase = Object.entries(svix).map(([name, value]) => [name.toUpperCase(), value])
    await expectRecorded(withHeaders(Object.fromEntries(upperCase) as Record<string, string>))
    const single = Object.entries(svix).map(([name, value]) => [name, [value]])
    await expectRecorded(withHeaders(Object.fromEntries(single) as Record<string, string[]>))
    await expectRecorded(withHeaders({ ...svix, host: 'localhost', cookie: undefined }))
  })

  it.each([
    { name: 'nothing', headers: {} },
    { name: 'no id', headers: { ...svix, 'svix-id': undefined } },
    { name: 'no timestamp', headers: { ...svix, 'svix-timestamp': undefined } },
    { name: 'no signature', headers: { ...svix, 'svix-signature': undefined } },
    { name: 'an empty list of values', headers: { ...svix, 'svix-signature': [] } },
    {
      name: 'two names of one convention and one of the other',
      headers: { ...svix, 'svix-id': undefined, 'webhook-id': ID },
    },
    {
      name: 'three names of one convention and one of the other',
      headers: { ...svix, 'webhook-id': ID },
    },
    {
      name: 'different values under the two conventions',
      headers: { ...svix, ...standard, 'webhook-id': 'msg_2' },
    },
    { name: 'two ids', headers: { ...svix, 'svix-id': [ID, ID] } },
    { name: 'one name in two cases', headers: { ...svix, 'Svix-Id': ID } },
    {
      name: 'two signatures',
      headers: { ...svix, 'svix-signature': [sent.signature, sent.signature] },
    },
  ])('headers with $name are refused', async ({ headers }) => {
    await expectRefused(withHeaders(headers), 'headers')
  })

  it.each(['id', 'timestamp', 'signature'])(
    'headers with two values joined into one header %s are refused',
    async (name) => {
      const headers = new Headers(svix)
      headers.append(`svix-${name}`, svix[`svix-${name}`] ?? '')
      await expectRefused(withHeaders(headers), name)
    },
  )

  it.each(['', ' ', 'msg 1', 'msg.1', 'msg\0', 'msg\n1', 'mség', 'x'.repeat(257)])(
    'headers with the id %j are refused, though the signature is genuine',
    async (id) => {
      await expectRefused(requestOf(signed(A_BODY, { id })), 'id')
    },
  )
})

describe('signatures', () => {
  const good = sent.signature
  const wrong = signed(A_BODY, { secret: OTHER_SECRET }).signature
  const bare = good.slice('v1,'.length)

  it('signatures may be several, if one of them is genuine', async () => {
    await expectRecorded(altered({ signature: `${wrong} ${good}` }))
    await expectRecorded(altered({ signature: `v2,AAAA v1a,AAAA ${good} ${wrong}` }))
  })

  it('signatures may be by either secret during a rotation', async () => {
    for (const secrets of [
      [SECRET, OTHER_SECRET],
      [OTHER_SECRET, SECRET],
    ]) {
      await expectRecorded(requestOf(sent), { secrets })
      await expectRecorded(altered({ signature: wrong }), { secrets })
    }
    await expectRefused(requestOf(sent), 'not-genuine', { secrets: [OTHER_SECRET] })
  })

  it.each([
    { name: 'by another secret', signature: wrong },
    { name: 'of version 1a', signature: `v1a,${bare}` },
    { name: 'of version 2', signature: `v2,${bare}` },
    { name: 'of version 01', signature: `v01,${bare}` },
    { name: 'without the last character', signature: good.slice(0, -1) },
    { name: 'of one character', signature: `v1,${bare.slice(0, 1)}` },
    { name: 'with one more character', signature: `${good}=` },
    {
      name: 'in the URL alphabet of base64',
      signature: `v1,${bare.replaceAll('+', '-').replaceAll('/', '_')}=`,
    },
    { name: 'over another body', signature: signed('').signature },
  ])('signatures $name are not genuine', async ({ signature }) => {
    await expectRefused(altered({ signature }), 'not-genuine')
  })

  it.each([
    { name: 'an empty header', signature: '' },
    { name: 'no signature', signature: 'v1,' },
    { name: 'no version', signature: bare },
    { name: 'an empty version', signature: `,${bare}` },
    { name: 'a version in upper case', signature: `V1,${bare}` },
    { name: 'two spaces between them', signature: `${good}  ${good}` },
    { name: 'a space at the end', signature: `${good} ` },
    { name: 'a comma between them', signature: `${good},${good}` },
    { name: 'more than 32 of them', signature: Array(33).fill(wrong).join(' ') },
    { name: 'one of more than 512 characters', signature: `v1,${'A'.repeat(513)}` },
  ])('signatures with $name are refused as malformed', async ({ signature }) => {
    await expectRefused(altered({ signature }), 'signature')
  })

  it('signatures do not count if the dots of the signed text are moved between its parts', async () => {
    // The signed bytes are the same in all of these.
    const { timestamp } = sent
    const first = A_BODY.slice(0, 1)
    await expectRefused(altered({ id: `${ID}.${timestamp}` }), 'id')
    await expectRefused(altered({ timestamp: `${timestamp}.${first}` }), 'timestamp')
  })
})

describe('a body', () => {
  it('a body may have 256 KiB, and no more', async () => {
    const padded = (length: number) => `${A_BODY}${' '.repeat(length - A_BODY.length)}`
    await expectRecorded(requestOf(signed(padded(MAX_BODY_BYTES))))
    await expectRefused(requestOf(signed(padded(MAX_BODY_BYTES + 1))), 'too-large')
    await expectRefused(requestOf(signed(padded(1 << 20))), 'too-large')
  })

  it('a body that is not UTF-8 is refused, though a lenient decoder reads the signed text from it', async () => {
    const body = A_BODY.replace('Ada', '\ufffd')
    const lenient = Buffer.from(body.replace('\ufffd', '\xff'), 'latin1')
    expect(lenient.toString('utf8')).toBe(body)
    await expectRecorded(requestOf(signed(body)))
    await expectRefused({ ...requestOf(signed(body)), body: lenient }, 'body')
  })

  it('a body with a byte order mark that was not signed is not genuine', async () => {
    await expectRefused(altered({ body: Buffer.from(`\ufeff${A_BODY}`) }), 'not-genuine')
    const marked = signed(`\ufeff${A_BODY}`)
    await expectRefused({ ...requestOf(marked), body: sent.body }, 'not-genuine')
  })

  it('a body may be any view of bytes', async () => {
    const roomy = new Uint8Array(sent.body.length + 20).fill(0x20)
    roomy.set(sent.body, 10)
    await expectRecorded({ ...requestOf(sent), body: roomy.subarray(10, 10 + sent.body.length) })
  })
})

describe('a receiver', () => {
  it('a receiver refuses arbitrary headers and bodies with a reason, and never throws', async () => {
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
      fc.asyncProperty(headers, bodies, async (values, body) => {
        const isGenuine =
          values['svix-id'] === ID &&
          values['svix-timestamp'] === sent.timestamp &&
          values['svix-signature'] === sent.signature &&
          body === sent.body
        const outcome = await receive({ headers: values, body })
        expect(outcome._tag === 'Refused' || isGenuine).toBe(true)
      }),
      { numRuns: 2000 },
    )
    expect((await events()).length).toBeLessThanOrEqual(1)
    expect(await quarantined()).toEqual([])
  })
})
