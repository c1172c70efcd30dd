import { describe, expect, it } from 'vitest'
import { CorruptRecord, StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { describeReceived, statusOf } from '../../src/webhooks/received.js'
import { aSession, T0 } from '../given.js'
import { A_BODY, aPayload, givenReceiver, ID, requestOf, signed } from './given.js'

describe('a genuine delivery', () => {
  it('is recorded under its id, without what is not ours to keep', async () => {
    const { receive, events, clients } = givenReceiver()
    const received = await receive(requestOf(signed(A_BODY)))
    expect(received).toMatchObject({ _tag: 'Recorded', id: ID })
    expect(statusOf(received)).toBe(200)
    expect(describeReceived(received)).toBe('recorded')
    const [recorded, ...others] = await events()
    expect(others).toEqual([])
    expect(recorded?.event).toEqual({ ...aPayload({ data: aSession() }), id: ID, recorded_at: T0 })
    expect(await clients.get('client_1')).toMatchObject({ last_active_session_id: 'sess_1' })
  })

  it('is a duplicate at each further attempt, which has another time and signature', async () => {
    const { receive, events } = givenReceiver()
    await receive(requestOf(signed(A_BODY)))
    for (const at of [T0 + 5000, T0 + 300_000]) {
      const received = await receive(requestOf(signed(A_BODY, { at })))
      expect(received).toEqual({ _tag: 'Duplicate', id: ID })
      expect(statusOf(received)).toBe(200)
    }
    expect(await events()).toHaveLength(1)
  })

  it('with another id is another event, even if all else is the same', async () => {
    const { receive, events } = givenReceiver()
    await receive(requestOf(signed(A_BODY)))
    expect(await receive(requestOf(signed(A_BODY, { id: 'msg_2' })))).toMatchObject({
      _tag: 'Recorded',
    })
    expect(await events()).toHaveLength(2)
  })

  it('has the id and the time of the log, whatever stands in the body', async () => {
    const { receive, events } = givenReceiver()
    for (const [index, id] of ['another', '', 7, null].entries()) {
      const body = JSON.stringify(aPayload({ id, recorded_at: index === 0 ? 1 : 'never' }))
      expect(await receive(requestOf(signed(body, { id: `msg_${index}` })))).toMatchObject({
        _tag: 'Recorded',
      })
    }
    const found = (await events()).map(({ event }) => [event.id, event.recorded_at])
    expect(found).toEqual(['msg_0', 'msg_1', 'msg_2', 'msg_3'].map((id) => [id, T0]))
  })

  it('of a type that is not ours is ignored, whatever its data, and acknowledged', async () => {
    const { receive, events, quarantined } = givenReceiver()
    for (const type of ['user.created', 'session.touched', '', 'constructor', '__proto__']) {
      const received = await receive(requestOf(signed(JSON.stringify({ type, data: 7 }))))
      expect(received).toEqual({ _tag: 'Ignored', id: ID })
      expect(statusOf(received)).toBe(200)
    }
    expect([...(await events()), ...(await quarantined())]).toEqual([])
  })

  it('of an erased client is acknowledged, and nothing of it is kept', async () => {
    const { receive, clients, events, quarantined } = givenReceiver()
    await clients.erase('client_1')
    const received = await receive(requestOf(signed(A_BODY)))
    expect(received).toEqual({ _tag: 'Erased', id: ID })
    expect(statusOf(received)).toBe(200)
    expect([...(await events()), ...(await quarantined())]).toEqual([])
  })
})

describe('a genuine delivery that cannot be recorded', () => {
  it.each([
    ['no JSON', '{"type":', 'not JSON'],
    ['an empty body', '', 'not JSON'],
    ['no object', '[]', 'event: expected object, got an array'],
    ['no type', '{}', 'type: expected string, got nothing'],
    ['a type of ours without data', '{"type":"session.created"}', 'data: expected session'],
    [
      'a status of days to come',
      JSON.stringify(aPayload({ data: { ...aSession(), status: 'secret-status' } })),
      'data.status: expected',
    ],
    ['a byte order mark', `\ufeff${A_BODY}`, 'not JSON'],
  ])('%s: it is quarantined, byte for byte, and acknowledged', async (_name, body, reason) => {
    const { receive, events, quarantined } = givenReceiver()
    const sent = signed(body)
    const received = await receive(requestOf(sent))
    expect(received).toMatchObject({ _tag: 'Quarantined', id: ID })
    expect(statusOf(received)).toBe(202)
    expect(describeReceived(received)).toContain(reason)
    expect(describeReceived(received)).not.toContain('secret-status')
    const [kept, ...others] = await quarantined()
    expect(others).toEqual([])
    expect(kept).toMatchObject({ id: ID, receivedAt: T0 })
    expect(kept?.reason).toContain(reason)
    expect(Buffer.from(kept?.body ?? []).equals(sent.body)).toBe(true)
    expect(await events()).toEqual([])
    // Svix does not try again; somebody may by hand.
    expect(await receive(requestOf(sent))).toMatchObject({ _tag: 'Quarantined' })
    expect(await quarantined()).toHaveLength(1)
  })

  it('an id under which another event is: both are there', async () => {
    const { receive, events, quarantined } = givenReceiver()
    await receive(requestOf(signed(A_BODY)))
    const other = JSON.stringify(aPayload({ timestamp: T0 + 1 }))
    expect(await receive(requestOf(signed(other)))).toEqual({
      _tag: 'Quarantined',
      id: ID,
      reason: 'the store holds an event with this id and other content',
    })
    expect(await events()).toHaveLength(1)
    expect((await quarantined()).map(({ body }) => Buffer.from(body).toString())).toEqual([other])
  })
})

describe('a store that cannot be used', () => {
  const failing = (error: Error) => {
    const store = openMemoryStore()
    const fail = () => Promise.reject(error)
    return { ...store, record: fail, quarantine: { ...store.quarantine, keep: fail } }
  }

  it.each([new StoreUnavailable('busy', 'somebody holds it'), new CorruptRecord('7')])(
    'acknowledges nothing: %s',
    async (error) => {
      const { receive } = givenReceiver({}, failing(error))
      for (const body of [A_BODY, 'no JSON']) {
        const received = await receive(requestOf(signed(body)))
        expect(received).toEqual({ _tag: 'Unavailable', id: ID, error })
        expect(statusOf(received)).toBe(503)
        expect(describeReceived(received)).toBe(`not taken: ${error.message}`)
      }
    },
  )

  it('is not asked for what is ignored', async () => {
    const { receive } = givenReceiver({}, failing(new StoreUnavailable('busy', 'held')))
    expect(await receive(requestOf(signed('{"type":"user.created"}')))).toMatchObject({
      _tag: 'Ignored',
    })
  })

  it('lets a defect be one', async () => {
    const { receive } = givenReceiver({}, failing(new Error('a defect')))
    await expect(receive(requestOf(signed(A_BODY)))).rejects.toThrow('a defect')
  })
})
