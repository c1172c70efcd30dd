import { describe, expect, it } from 'vitest'
import { CorruptRecord, StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { describeOutcome, statusOf } from '../../src/webhooks/outcome.js'
import { aSession, T0 } from '../given.js'
import { A_BODY, aPayload, givenReceiver, ID, requestOf, signed } from './given.js'

describe('a genuine delivery', () => {
  it('a genuine delivery is recorded under its id, without the user', async () => {
    const { receive, events, clients } = givenReceiver()
    const outcome = await receive(requestOf(signed(A_BODY)))
    expect(outcome).toMatchObject({ _tag: 'Recorded', id: ID })
    expect(statusOf(outcome)).toBe(200)
    expect(describeOutcome(outcome)).toBe('recorded')
    const [recorded, ...others] = await events()
    expect(others).toEqual([])
    expect(recorded?.event).toEqual({ ...aPayload({ data: aSession() }), id: ID, recorded_at: T0 })
    expect(await clients.get('client_1', { at: T0 })).toMatchObject({
      last_active_session_id: 'sess_1',
    })
  })

  it('a genuine delivery is a duplicate at each further attempt, though its time and signature differ', async () => {
    const { receive, events } = givenReceiver()
    await receive(requestOf(signed(A_BODY)))
    for (const at of [T0 + 5000, T0 + 300_000]) {
      const outcome = await receive(requestOf(signed(A_BODY, { at })))
      expect(outcome).toEqual({ _tag: 'Duplicate', id: ID })
      expect(statusOf(outcome)).toBe(200)
    }
    expect(await events()).toHaveLength(1)
  })

  it('a genuine delivery with another id is another event, even if its body is the same', async () => {
    const { receive, events } = givenReceiver()
    await receive(requestOf(signed(A_BODY)))
    expect(await receive(requestOf(signed(A_BODY, { id: 'msg_2' })))).toMatchObject({
      _tag: 'Recorded',
    })
    expect(await events()).toHaveLength(2)
  })

  it('a genuine delivery gets its id and time from the log, whatever the body has', async () => {
    const { receive, events } = givenReceiver()
    for (const [index, id] of ['another', '', 7, null].entries()) {
      const body = JSON.stringify(aPayload({ id, recorded_at: index === 0 ? 1 : 'never' }))
      expect(await receive(requestOf(signed(body, { id: `msg_${index}` })))).toMatchObject({
        _tag: 'Recorded',
      })
    }
    const stored = (await events()).map(({ event }) => [event.id, event.recorded_at])
    expect(stored).toEqual(['msg_0', 'msg_1', 'msg_2', 'msg_3'].map((id) => [id, T0]))
  })

  it('a genuine delivery whose type is not about sessions is ignored, whatever its data, and acknowledged', async () => {
    const { receive, events, quarantined } = givenReceiver()
    for (const type of ['user.created', 'sessions.x', 'session', '', 'constructor', '__proto__']) {
      const outcome = await receive(requestOf(signed(JSON.stringify({ type, data: 7 }))))
      expect(outcome).toEqual({ _tag: 'Ignored', id: ID })
      expect(statusOf(outcome)).toBe(200)
    }
    expect([...(await events()), ...(await quarantined())]).toEqual([])
  })

  it('a genuine delivery about an erased client is acknowledged, and nothing of it is kept', async () => {
    const { receive, clients, events, quarantined } = givenReceiver()
    await clients.eraseClient('client_1')
    const outcome = await receive(requestOf(signed(A_BODY)))
    expect(outcome).toEqual({ _tag: 'Erased', id: ID })
    expect(statusOf(outcome)).toBe(200)
    expect([...(await events()), ...(await quarantined())]).toEqual([])
  })
})

describe('an unreadable delivery', () => {
  it.each([
    { name: 'is not JSON', body: '{"type":', reason: 'not JSON' },
    { name: 'is empty', body: '', reason: 'not JSON' },
    { name: 'is not an object', body: '[]', reason: 'event: expected object, got an array' },
    { name: 'has no type', body: '{}', reason: 'type: expected string, got nothing' },
    {
      ...{ name: 'has a session type and no data', body: '{"type":"session.created"}' },
      reason: 'data: expected session',
    },
    {
      name: 'has an unknown status',
      body: JSON.stringify(aPayload({ data: { ...aSession(), status: 'secret-status' } })),
      reason: 'data.status: expected',
    },
    {
      name: 'has an unknown type of session event',
      body: JSON.stringify(aPayload({ type: 'session.secret-status' })),
      reason: 'type: expected one of session.created, ',
    },
    { name: 'has a byte order mark', body: `\ufeff${A_BODY}`, reason: 'not JSON' },
  ])(
    'an unreadable delivery whose body $name is quarantined byte for byte, and acknowledged',
    async ({ body, reason }) => {
      const { receive, events, quarantined } = givenReceiver()
      const sent = signed(body)
      const outcome = await receive(requestOf(sent))
      expect(outcome).toMatchObject({ _tag: 'Quarantined', id: ID })
      expect(statusOf(outcome)).toBe(202)
      expect(describeOutcome(outcome)).toContain(reason)
      expect(describeOutcome(outcome)).not.toContain('secret-status')
      const [kept, ...others] = await quarantined()
      expect(others).toEqual([])
      expect(kept).toMatchObject({ id: ID, receivedAt: T0 })
      expect(kept?.reason).toContain(reason)
      expect(Buffer.from(kept?.body ?? []).equals(sent.body)).toBe(true)
      expect(await events()).toEqual([])
      // Svix does not try again after 202, but a person may send it again by hand.
      expect(await receive(requestOf(sent))).toMatchObject({ _tag: 'Quarantined' })
      expect(await quarantined()).toHaveLength(1)
    },
  )

  it('an unreadable delivery whose id another event has is quarantined, and the other event stays', async () => {
    const { receive, events, quarantined } = givenReceiver()
    await receive(requestOf(signed(A_BODY)))
    const other = JSON.stringify(aPayload({ timestamp: T0 + 1 }))
    expect(await receive(requestOf(signed(other)))).toEqual({
      _tag: 'Quarantined',
      id: ID,
      cause: 'id-conflict',
      reason: 'the store holds an event with this id and other content',
    })
    expect(await events()).toHaveLength(1)
    expect((await quarantined()).map(({ body }) => Buffer.from(body).toString())).toEqual([other])
  })
})

describe('a store that fails', () => {
  const failing = (error: Error) => {
    const store = openMemoryStore()
    const fail = () => Promise.reject(error)
    return { ...store, record: fail, quarantine: { ...store.quarantine, keep: fail } }
  }

  it.each([
    { error: new StoreUnavailable('busy', 'another process holds the lock') },
    { error: new CorruptRecord('7') },
  ])('a store that fails with $error.name acknowledges nothing', async ({ error }) => {
    const { receive } = givenReceiver({}, failing(error))
    for (const body of [A_BODY, 'no JSON']) {
      const outcome = await receive(requestOf(signed(body)))
      expect(outcome).toEqual({ _tag: 'Unavailable', id: ID, error })
      expect(statusOf(outcome)).toBe(503)
      expect(describeOutcome(outcome)).toBe(`not recorded: ${error.message}`)
    }
  })

  it('a store that fails is not used for a delivery that is ignored', async () => {
    const { receive } = givenReceiver({}, failing(new StoreUnavailable('busy', 'held')))
    expect(await receive(requestOf(signed('{"type":"user.created"}')))).toMatchObject({
      _tag: 'Ignored',
    })
  })

  it('a store that fails by a defect makes the receiver reject with that error', async () => {
    const { receive } = givenReceiver({}, failing(new Error('a defect')))
    await expect(receive(requestOf(signed(A_BODY)))).rejects.toThrow('a defect')
  })
})
