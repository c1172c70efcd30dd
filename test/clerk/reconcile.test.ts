import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClientEvent } from '../../src/events/client-event.js'
import { createClerkApi } from '../../src/clerk/clerk-api.js'
import { generateLog } from '../../src/testing/log/generate-log.js'
import { parseEvent } from '../../src/events/decode-event.js'
import { anObservation, aSession, aSessionEvent, MINUTE, T0 } from '../given.js'
import { inMemory, NOW } from '../http/given.js'
import { accepted } from '../stores/postgres/given.js'
import { apiAt, clerkWith, reconciled, type Otherwise } from './given.js'

const both = async (
  log: ReadonlyArray<ClientEvent>,
  truth: ReadonlyArray<ClientEvent>,
  otherwise?: Otherwise,
) => {
  const [clients, clerk] = [inMemory(), inMemory()]
  await clients.record(log)
  await clerk.record(truth)
  const { url, asked } = await clerkWith(clerk, otherwise)
  return { clients, clerk, api: apiAt(url), asked }
}

const ENDED = aSessionEvent({ status: 'ended', updated_at: T0 + MINUTE })
const REMOVED = aSessionEvent({ status: 'removed', updated_at: T0 + MINUTE })
const SECOND = aSessionEvent({ id: 'sess_2', created_at: T0 + 1 })

describe('a log that has it as Clerk does', () => {
  it('agrees, and nothing is recorded', async () => {
    const { clients, api } = await both([aSessionEvent(), SECOND], [aSessionEvent(), SECOND])
    expect(await reconciled({ clients, api })).toEqual([
      { _tag: 'Compared', clientId: 'client_1', drift: [], isRecorded: false },
    ])
    expect(await clients.history('client_1')).toHaveLength(2)
  })

  it('agrees on what has expired by the clock', async () => {
    const { clients, api } = await both([aSessionEvent()], [aSessionEvent({ expire_at: NOW })])
    const [found] = await reconciled({ clients, api })
    expect(found).toMatchObject({
      drift: [
        { _tag: 'StatusDiffers', log: 'active', clerk: 'expired' },
        { _tag: 'SessionDiffers', keys: ['expire_at'] },
        { _tag: 'ClientDiffers', keys: ['last_active_session_id'] },
      ],
    })
    expect(await reconciled({ clients, api })).toMatchObject([{ drift: [], isRecorded: false }])
  })
})

describe('what the log has missed', () => {
  it('is told, and recorded: a session, a status, a pointer', async () => {
    const observed = anObservation({
      ...{ sessions: [aSession()], sign_in_id: 'sia_1', created_at: T0 - 5, updated_at: T0 + 9 },
    })
    const { clients, clerk, api } = await both([aSessionEvent()], [ENDED, SECOND, observed])
    expect(await reconciled({ clients, api })).toEqual([
      {
        _tag: 'Compared',
        clientId: 'client_1',
        isRecorded: true,
        drift: [
          { _tag: 'StatusDiffers', sessionId: 'sess_1', log: 'active', clerk: 'ended' },
          { _tag: 'SessionDiffers', sessionId: 'sess_1', keys: ['updated_at'] },
          { _tag: 'SessionMissing', sessionId: 'sess_2', clerk: 'active' },
          {
            _tag: 'ClientDiffers',
            keys: ['sign_in_id', 'last_active_session_id', 'updated_at', 'created_at'],
          },
        ],
      },
    ])
    expect(await clients.get('client_1')).toEqual(await clerk.get('client_1'))
    expect(await reconciled({ clients, api })).toMatchObject([{ drift: [], isRecorded: false }])
  })

  it('is a sign-out whose webhook was lost: the session is not listed, and asked for', async () => {
    const { clients, api, asked } = await both([aSessionEvent(), SECOND], [REMOVED, SECOND])
    const [found] = await reconciled({ clients, api })
    expect(found).toMatchObject({
      drift: [
        { _tag: 'StatusDiffers', sessionId: 'sess_1', log: 'active', clerk: 'removed' },
        { _tag: 'SessionDiffers' },
        { _tag: 'ClientDiffers' },
      ],
      isRecorded: true,
    })
    expect(asked).toEqual(['/v1/clients/client_1', '/v1/sessions/sess_1'])
    expect(await clients.get('client_1')).toMatchObject({ session_ids: ['sess_2'] })
    expect(await reconciled({ clients, api })).toMatchObject([{ drift: [] }])
  })

  it('is told each time if Clerk does not know what became of a session', async () => {
    const { clients, api } = await both([aSessionEvent(), SECOND], [SECOND])
    const drift = [{ _tag: 'StatusDiffers', sessionId: 'sess_1', log: 'active', clerk: null }]
    expect(await reconciled({ clients, api })).toMatchObject([
      { drift: expect.arrayContaining(drift) as unknown, isRecorded: false },
    ])
    expect(await clients.history('client_1')).toHaveLength(2)
  })

  it('is only told in a dry run', async () => {
    const { clients, api } = await both([aSessionEvent()], [ENDED])
    const [found] = await reconciled({ clients, api, isDryRun: true })
    expect(found).toMatchObject({ drift: [{}, {}, {}], isRecorded: false })
    expect(await clients.history('client_1')).toHaveLength(1)
  })

  it('is nothing if the log knows a later stage: what is over is never live again', async () => {
    const { clients, api } = await both([ENDED], [aSessionEvent()])
    for (let run = 0; run < 2; run++) {
      expect(await reconciled({ clients, api })).toMatchObject([
        { drift: [{ log: 'ended', clerk: 'active' }, {}, {}], isRecorded: false },
      ])
    }
  })
})

describe('an answer', () => {
  const tasks = [{ key: 'choose-organization' }]
  const pending = aSessionEvent({ status: 'pending', tasks, actor: { sub: 'user_9' } })

  it('that leaves keys out does not take from the log what it knows of that version', async () => {
    const bare = aSession({ status: 'pending' })
    delete (bare as { actor?: unknown }).actor
    const observation = anObservation({ sessions: [bare], sign_in_id: 'sia_1', updated_at: T0 + 1 })
    const { clients, api } = await both([pending], [observation])
    expect(await reconciled({ clients, api })).toMatchObject([
      { drift: [{ _tag: 'ClientDiffers', keys: ['sign_in_id', 'updated_at'] }], isRecorded: true },
    ])
    const [session] = (await clients.get('client_1'))!.sessions
    expect(session).toMatchObject({ tasks, actor: { sub: 'user_9' } })
  })

  it('that says null, or something newer, counts', async () => {
    const { clients, api } = await both(
      [pending],
      [aSessionEvent({ status: 'pending', tasks: null })],
    )
    await reconciled({ clients, api })
    const [session] = (await clients.get('client_1'))!.sessions
    expect(session).toMatchObject({ tasks: null, actor: null })
  })

  it.each([
    ['not JSON', () => new Response('<html>canary</html>'), /^no answer$/],
    ['no Client', () => Response.json([1]), /^the answer is no Client$/],
    [
      'of another client',
      () => Response.json(anObservation({ id: 'client_canary' }).data),
      /^the answer is another Client$/,
    ],
    [
      'with a bad session',
      () => Response.json({ ...anObservation().data, sessions: [{ id: 'canary' }] }),
      /^data\.sessions\[0\]/,
    ],
    ['a bad request', () => new Response('canary', { status: 400 }), /^status 400$/],
    ['a failure that lasts', () => new Response('canary', { status: 502 }), /^status 502$/],
  ])('that is %s is told without its content, and not recorded', async (_name, answer, reason) => {
    const { clients, api } = await both([aSessionEvent()], [], answer)
    const found = await reconciled({ clients, api })
    expect(found).toEqual([
      {
        _tag: 'Unclear',
        clientId: 'client_1',
        reason: expect.stringMatching(reason) as string,
      },
    ])
    expect(JSON.stringify(found)).not.toContain('canary')
    expect(await clients.history('client_1')).toHaveLength(1)
  })

  it('404 says that the client is gone there, and what is live here', async () => {
    const { clients, api } = await both(
      [aSessionEvent(), { ...ENDED, data: { ...ENDED.data, id: 'sess_2' } } as never],
      [],
    )
    expect(await reconciled({ clients, api })).toEqual([
      { _tag: 'Gone', clientId: 'client_1', live: ['sess_1'] },
    ])
  })

  it('401 ends it: the key is another one', async () => {
    const { clients, clerk } = await both([aSessionEvent()], [aSessionEvent()])
    const { url } = await clerkWith(clerk)
    const api = apiAt(url, 'sk_test_other')
    await expect(reconciled({ clients, api })).rejects.toThrow('Clerk refuses the secret key')
  })

  it('is not sought where a redirect leads: the key would be shown there', async () => {
    const { clients, api, asked } = await both([aSessionEvent()], [aSessionEvent()], (request) =>
      request.url.endsWith('/elsewhere')
        ? undefined
        : Response.redirect(`${request.url}/elsewhere`, 302),
    )
    expect(await reconciled({ clients, api })).toMatchObject([{ _tag: 'Unclear' }])
    expect(asked.filter((path) => path.endsWith('/elsewhere'))).toEqual([])
  })
})

describe('the rate limit', () => {
  const limited = (header: string | undefined, times: number): Otherwise => {
    let left = times
    return () => {
      left -= 1
      if (left < 0) return undefined
      const headers = header === undefined ? {} : { 'retry-after': header }
      return new Response('{"errors":[]}', { status: 429, headers })
    }
  }

  it('is kept: Retry-After is waited for, by all', async () => {
    const { clients, api, asked } = await both(
      [aSessionEvent()],
      [aSessionEvent()],
      limited('1', 1),
    )
    const started = Date.now()
    expect(await reconciled({ clients, api })).toMatchObject([{ _tag: 'Compared' }])
    expect(Date.now() - started).toBeGreaterThanOrEqual(990)
    expect(asked).toHaveLength(2)
  })

  it('may be told as a date, or not at all', async () => {
    for (const header of [new Date(Date.now() - 1000).toUTCString(), undefined, 'soon', '0']) {
      const { clients, api } = await both([aSessionEvent()], [aSessionEvent()], limited(header, 2))
      expect(await reconciled({ clients, api })).toMatchObject([{ _tag: 'Compared' }])
    }
  })

  it('is not waited for without end', async () => {
    const { clients, api, asked } = await both([aSessionEvent()], [], limited('0', 1000))
    expect(await reconciled({ clients, api })).toMatchObject([{ reason: 'status 429' }])
    expect(asked).toHaveLength(6)
  })
})

describe('many clients', () => {
  it('are asked for a few at a time, and in the end the log has what Clerk has', async () => {
    const events = [...generateLog({ events: 800, clients: 60, seed: 11, shape: 'slim' })].map(
      (line) => accepted(parseEvent(line)),
    )
    // Every third webhook was lost.
    const heard = events.filter((_, index) => index % 3 > 0)
    let [under, most] = [0, 0]
    const { clients, clerk, api } = await both(heard, events, async () => {
      under += 1
      most = Math.max(most, under)
      await new Promise((resolve) => setTimeout(resolve, 2))
      under -= 1
      return undefined as never
    })
    await reconciled({ clients, api, concurrency: 3 })
    expect(most).toBe(3)
    const at = { at: NOW }
    for await (const client of clients.all(at)) {
      const there = await clerk.get(client.id, at)
      // What Clerk lists, the log has; a session that is over and was removed since may stay listed.
      expect(client.sessions).toEqual(expect.arrayContaining([...there!.sessions]))
    }
    expect((await reconciled({ clients, api })).filter(isDrifting)).toEqual([])
  })

  it('with any ids at all', async () => {
    const ids = fc.string({ unit: 'binary', minLength: 1 }).filter((id) => !/^\.{1,2}$/.test(id))
    await fc.assert(
      fc.asyncProperty(ids, async (id) => {
        const event = aSessionEvent({ client_id: id })
        const { clients, api } = await both([event], [event])
        expect(await reconciled({ clients, api })).toMatchObject([{ clientId: id, drift: [] }])
      }),
      { numRuns: 20 },
    )
  })

  it.each(['.', '..', '\ud800'])('but those that fit in no URL: %j', async (id) => {
    const event = aSessionEvent({ client_id: id })
    const { clients, api, asked } = await both([event], [event])
    expect(await reconciled({ clients, api })).toMatchObject([{ _tag: 'Unclear' }])
    expect(asked).toEqual([])
  })
})

const isDrifting = (each: { readonly _tag: string }): boolean =>
  each._tag !== 'Compared' ||
  (each as unknown as { readonly drift: ReadonlyArray<unknown> }).drift.length > 0

it('an API that nobody serves is told as such', async () => {
  const api = createClerkApi({
    secretKey: 'sk',
    apiUrl: 'http://127.0.0.1:1',
    attempts: 2,
    firstPauseMilliseconds: 1,
  })
  expect(await api.session('sess_1')).toEqual({ _tag: 'Unanswered', reason: 'no answer' })
})
