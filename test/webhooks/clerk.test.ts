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

/** What Clerk's own function makes of a request; it reads the system's clock. */
const verifiedByClerk = (sent: Sent) =>
  verifyWebhook(
    new Request('http://localhost/webhooks', {
      method: 'POST',
      headers: headersOf(sent),
      body: bodyText(sent),
    }),
    { signingSecret: SECRET },
  )

const bodies: ReadonlyArray<string> = [
  A_BODY,
  JSON.stringify(
    aPayload({ timestamp: undefined, event_attributes: undefined, instance_id: undefined }),
  ),
  JSON.stringify({ type: 'user.created', object: 'event', data: {} }),
  JSON.stringify({ type: 'session.created', object: 'event', data: {} }),
  A_BODY.replace('Ada', 'Ada \u{1f98a} \\u0000 \\ud800'),
]

describe('beside the verification of Clerk and of Svix', () => {
  it.each(bodies)('what is taken here is genuine there: %#', async (body) => {
    const now = Date.now()
    const sent = signed(body, { at: now })
    const { receive } = givenReceiver({ now: () => now })
    expect((await receive(requestOf(sent)))._tag).not.toBe('Refused')
    const event = await verifiedByClerk(sent)
    expect(event.type).toBe((JSON.parse(body) as { readonly type: string }).type)
    expect(new Webhook(SECRET).verify(bodyText(sent), headersOf(sent))).toEqual(JSON.parse(body))
  })

  it('what is forged is refused by all three', async () => {
    const now = Date.now()
    const sent = signed(A_BODY, { at: now, secret: OTHER_SECRET })
    const { receive } = givenReceiver({ now: () => now })
    expect((await receive(requestOf(sent)))._tag).toBe('Refused')
    await expect(verifiedByClerk(sent)).rejects.toThrow()
    expect(() => new Webhook(SECRET).verify(bodyText(sent), headersOf(sent))).toThrow()
  })
})

describe('recordVerified, after the verification of Clerk', () => {
  it('records what a receiver would: one is a duplicate of the other', async () => {
    const now = Date.now()
    for (const body of bodies) {
      const sent = signed(body, { at: now })
      const { receive, clients, quarantined } = givenReceiver({ now: () => now })
      const received = await receive(requestOf(sent))
      const recorded = await recordVerified(await verifiedByClerk(sent), { clients, id: ID })
      if (received._tag === 'Recorded') expect(recorded).toEqual({ _tag: 'Duplicate', id: ID })
      else expect(recorded).toEqual(received)
      expect(await quarantined()).toHaveLength(received._tag === 'Quarantined' ? 1 : 0)
    }
  })

  it('keeps the text of what cannot be recorded', async () => {
    for (const event of [{ type: 'session.created', data: 7 }, null, undefined, 'text', []]) {
      const { clients, quarantined } = givenReceiver()
      const recorded = await recordVerified(event, { clients, id: 'any id', now: () => T0 + 1 })
      expect(recorded).toMatchObject({ _tag: 'Quarantined', id: 'any id' })
      const [kept] = await quarantined()
      expect(kept).toMatchObject({ id: 'any id', receivedAt: T0 + 1 })
      expect(JSON.parse(Buffer.from(kept?.body ?? []).toString())).toEqual(event ?? null)
    }
  })

  it('is in need of the delivery’s id', async () => {
    const { clients } = givenReceiver()
    await expect(recordVerified(aPayload(), { clients, id: '' })).rejects.toThrow(TypeError)
  })
})
