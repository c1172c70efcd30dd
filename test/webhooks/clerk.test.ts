import { verifyWebhook } from '@clerk/backend/webhooks'
import { Webhook } from 'svix'
import { describe, expect, it } from 'vitest'
import { recordVerified } from '../../src/webhooks/record-verified.js'
import { T0 } from '../given.js'
import {
  A_BODY,
  aPayload,
  givenReceiver,
  headersOf,
  ID,
  OTHER_SECRET,
  requestOf,
  SECRET,
  signed,
  type Sent,
} from './given.js'

const bodyText = ({ body }: Sent): string => Buffer.from(body).toString()

/** The event that Clerk's own function reads from a request. It takes the time from the system's clock. */
const verifiedByClerk = (sent: Sent) =>
  verifyWebhook(
    new Request('http://localhost/webhooks', {
      method: 'POST',
      headers: headersOf(sent),
      body: bodyText(sent),
    }),
    { signingSecret: SECRET },
  )

const BODIES = [
  { name: 'a session event', body: A_BODY },
  {
    name: 'a session event of 2022, without envelope keys',
    body: JSON.stringify(
      aPayload({ timestamp: undefined, event_attributes: undefined, instance_id: undefined }),
    ),
  },
  {
    name: 'another type',
    body: JSON.stringify({ type: 'user.created', object: 'event', data: {} }),
  },
  {
    name: 'a session event without a session',
    body: JSON.stringify({ type: 'session.created', object: 'event', data: {} }),
  },
  { name: 'unusual letters', body: A_BODY.replace('Ada', 'Ada \u{1f98a} \\u0000 \\ud800') },
] as const

describe('the verifications of Clerk, of Svix and of this package', () => {
  it.each(BODIES)(
    'the verifications of Clerk, of Svix and of this package all accept $name',
    async ({ body }) => {
      const now = Date.now()
      const sent = signed(body, { at: now })
      const { receive } = givenReceiver({ now: () => now })
      expect((await receive(requestOf(sent)))._tag).not.toBe('Refused')
      const event = await verifiedByClerk(sent)
      expect(event.type).toBe((JSON.parse(body) as { readonly type: string }).type)
      expect(new Webhook(SECRET).verify(bodyText(sent), headersOf(sent))).toEqual(JSON.parse(body))
    },
  )

  it('the verifications of Clerk, of Svix and of this package all refuse a forgery', async () => {
    const now = Date.now()
    const sent = signed(A_BODY, { at: now, secret: OTHER_SECRET })
    const { receive } = givenReceiver({ now: () => now })
    expect((await receive(requestOf(sent)))._tag).toBe('Refused')
    await expect(verifiedByClerk(sent)).rejects.toThrow()
    expect(() => new Webhook(SECRET).verify(bodyText(sent), headersOf(sent))).toThrow()
  })
})

describe('recordVerified', () => {
  it.each(BODIES)(
    'recordVerified has the outcome of a receiver, as a duplicate, for $name',
    async ({ body }) => {
      const now = Date.now()
      const sent = signed(body, { at: now })
      const { receive, clients, quarantined } = givenReceiver({ now: () => now })
      const received = await receive(requestOf(sent))
      const outcome = await recordVerified(await verifiedByClerk(sent), { clients, id: ID })
      if (received._tag === 'Recorded') expect(outcome).toEqual({ _tag: 'Duplicate', id: ID })
      else expect(outcome).toEqual(received)
      expect(await quarantined()).toHaveLength(received._tag === 'Quarantined' ? 1 : 0)
    },
  )

  it.each([
    { name: 'first as an older SDK parsed it, then raw', isParsedFirst: true },
    { name: 'first raw, then as an older SDK parsed it', isParsedFirst: false },
  ])('a delivery that comes $name is recorded once', async ({ isParsedFirst }) => {
    const { clients, receive, events, quarantined } = givenReceiver()
    // `verifyWebhook` of @clerk/backend 1 and 2 answers these four keys.
    const { type, object, data, event_attributes } = JSON.parse(A_BODY) as Record<string, unknown>
    const parsed = { type, object, data, event_attributes }
    const steps = [
      () => recordVerified(parsed, { clients, id: ID }),
      () => receive(requestOf(signed(A_BODY))),
    ]
    const tags: string[] = []
    for (const step of isParsedFirst ? steps : steps.reverse()) tags.push((await step())._tag)
    expect(tags).toEqual(['Recorded', 'Duplicate'])
    const [recorded, ...others] = await events()
    expect(others).toEqual([])
    expect(recorded?.event.timestamp).toBe(isParsedFirst ? undefined : T0)
    expect(await quarantined()).toEqual([])
  })

  it.each([
    { name: 'data that is a number', event: { type: 'session.created', data: 7 } },
    { name: 'null', event: null },
    { name: 'undefined', event: undefined },
    { name: 'a text', event: 'text' },
    { name: 'an array', event: [] },
  ])('recordVerified puts the JSON text of $name into the quarantine', async ({ event }) => {
    const { clients, quarantined } = givenReceiver()
    const outcome = await recordVerified(event, { clients, id: 'any id', now: () => T0 + 1 })
    expect(outcome).toMatchObject({ _tag: 'Quarantined', id: 'any id' })
    const [kept] = await quarantined()
    expect(kept).toMatchObject({ id: 'any id', receivedAt: T0 + 1 })
    expect(JSON.parse(Buffer.from(kept?.body ?? []).toString())).toEqual(event ?? null)
  })

  it('recordVerified rejects with a TypeError if the id is empty', async () => {
    const { clients } = givenReceiver()
    await expect(recordVerified(aPayload(), { clients, id: '' })).rejects.toThrow(TypeError)
  })
})
