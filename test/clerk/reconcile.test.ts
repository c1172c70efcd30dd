import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateLog } from '../../src/testing/log/generate-log.js'
import { parseEvent } from '../../src/events/decode-event.js'
import { anObservation, aSession, aSessionEvent, MINUTE, T0 } from '../given.js'
import { NOW } from '../http/given.js'
import { accepted } from '../stores/postgres/given.js'
import { apiAt, clerkWith, givenBoth, outcomesOf } from './given/served-log.js'

const ENDED = aSessionEvent({ status: 'ended', updated_at: T0 + MINUTE })
const REMOVED = aSessionEvent({ status: 'removed', updated_at: T0 + MINUTE })
const SECOND = aSessionEvent({ id: 'sess_2', created_at: T0 + 1 })

describe('a log that agrees with Clerk', () => {
  it('a log that agrees with Clerk has no drift, and nothing is recorded', async () => {
    const { clients, api } = await givenBoth([aSessionEvent(), SECOND], [aSessionEvent(), SECOND])
    expect(await outcomesOf({ clients, api })).toEqual([
      { _tag: 'Compared', clientId: 'client_1', drift: [], isRecorded: false },
    ])
    expect(await clients.history('client_1')).toHaveLength(2)
  })

  it('a log that agrees with Clerk has no drift about a session that expired by the clock', async () => {
    const { clients, api } = await givenBoth([aSessionEvent()], [aSessionEvent({ expire_at: NOW })])
    const [outcome] = await outcomesOf({ clients, api })
    expect(outcome).toMatchObject({
      drift: [
        { _tag: 'StatusDiffers', log: 'active', clerk: 'expired' },
        { _tag: 'SessionDiffers', keys: ['expire_at'] },
        { _tag: 'ClientDiffers', keys: ['last_active_session_id'] },
      ],
    })
    expect(await outcomesOf({ clients, api })).toMatchObject([{ drift: [], isRecorded: false }])
  })
})

describe('what the log missed', () => {
  it('what the log missed is reported and recorded: a session, a status, a pointer', async () => {
    const observed = anObservation({
      ...{ sessions: [aSession()], sign_in_id: 'sia_1', created_at: T0 - 5, updated_at: T0 + 9 },
    })
    const { clients, clerk, api } = await givenBoth([aSessionEvent()], [ENDED, SECOND, observed])
    expect(await outcomesOf({ clients, api })).toEqual([
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
    expect(await outcomesOf({ clients, api })).toMatchObject([{ drift: [], isRecorded: false }])
  })

  it('a sign-out that the log missed is found: a session that Clerk does not list is read by its id', async () => {
    const { clients, api, paths } = await givenBoth([aSessionEvent(), SECOND], [REMOVED, SECOND])
    const [outcome] = await outcomesOf({ clients, api })
    expect(outcome).toMatchObject({
      drift: [
        { _tag: 'StatusDiffers', sessionId: 'sess_1', log: 'active', clerk: 'removed' },
        { _tag: 'SessionDiffers' },
        { _tag: 'ClientDiffers' },
      ],
      isRecorded: true,
    })
    expect(paths).toEqual(['/v1/clients/client_1', '/v1/sessions/sess_1', '/v1/sessions'])
    expect(await clients.get('client_1')).toMatchObject({ session_ids: ['sess_2'] })
    expect(await outcomesOf({ clients, api })).toMatchObject([{ drift: [] }])
  })

  it('a live session that Clerk does not know at all is reported each time', async () => {
    const { clients, api } = await givenBoth([aSessionEvent(), SECOND], [SECOND])
    const drift = [{ _tag: 'StatusDiffers', sessionId: 'sess_1', log: 'active', clerk: null }]
    expect(await outcomesOf({ clients, api })).toMatchObject([
      { drift: expect.arrayContaining(drift) as unknown, isRecorded: false },
    ])
    expect(await clients.history('client_1')).toHaveLength(2)
  })

  it('what the log missed is reported and not recorded in a dry run', async () => {
    const { clients, api } = await givenBoth([aSessionEvent()], [ENDED])
    const [outcome] = await outcomesOf({ clients, api, isDryRun: true })
    expect(outcome).toMatchObject({ drift: [{}, {}, {}], isRecorded: false })
    expect(await clients.history('client_1')).toHaveLength(1)
  })

  it('an answer with an earlier stage than the log is not recorded: a session that is over stays over', async () => {
    const { clients, api } = await givenBoth([ENDED], [aSessionEvent()])
    for (let run = 0; run < 2; run++) {
      expect(await outcomesOf({ clients, api })).toMatchObject([
        { drift: [{ log: 'ended', clerk: 'active' }, {}, {}], isRecorded: false },
      ])
    }
  })
})

describe('an answer of Clerk', () => {
  const tasks = [{ key: 'choose-organization' }]
  const pending = aSessionEvent({ status: 'pending', tasks, actor: { sub: 'user_9' } })

  it('an answer of Clerk that lacks keys does not delete what the log has for that very version', async () => {
    const bare = aSession({ status: 'pending' })
    delete (bare as { actor?: unknown }).actor
    const observation = anObservation({ sessions: [bare], sign_in_id: 'sia_1', updated_at: T0 + 1 })
    const { clients, api } = await givenBoth([pending], [observation])
    expect(await outcomesOf({ clients, api })).toMatchObject([
      { drift: [{ _tag: 'ClientDiffers', keys: ['sign_in_id', 'updated_at'] }], isRecorded: true },
    ])
    const [session] = (await clients.get('client_1'))!.sessions
    expect(session).toMatchObject({ tasks, actor: { sub: 'user_9' } })
  })

  it('an answer of Clerk with null for a key replaces the value of the log', async () => {
    const { clients, api } = await givenBoth(
      [pending],
      [aSessionEvent({ status: 'pending', tasks: null })],
    )
    await outcomesOf({ clients, api })
    const [session] = (await clients.get('client_1'))!.sessions
    expect(session).toMatchObject({ tasks: null, actor: null })
  })

  it.each([
    {
      ...{ name: 'is not JSON', answer: () => new Response('<html>canary</html>') },
      reason: /^no answer$/,
    },
    {
      ...{ name: 'is not a Client', answer: () => Response.json([1]) },
      reason: /^the answer is not a Client object$/,
    },
    {
      name: 'is another client',
      answer: () => Response.json(anObservation({ id: 'client_canary' }).data),
      reason: /^the answer is a Client with another id$/,
    },
    {
      name: 'has an invalid session',
      answer: () => Response.json({ ...anObservation().data, sessions: [{ id: 'canary' }] }),
      reason: /^data\.sessions\[0\]/,
    },
    {
      ...{ name: 'has the status 400', answer: () => new Response('canary', { status: 400 }) },
      reason: /^status 400$/,
    },
    {
      ...{ name: 'has the status 502 at each attempt' },
      ...{ answer: () => new Response('canary', { status: 502 }), reason: /^status 502$/ },
    },
  ])(
    'an answer of Clerk that $name is reported without its content, and not recorded',
    async ({ answer, reason }) => {
      const { clients, api } = await givenBoth([aSessionEvent()], [], answer)
      const outcomes = await outcomesOf({ clients, api })
      expect(outcomes).toEqual([
        {
          _tag: 'Unclear',
          clientId: 'client_1',
          reason: expect.stringMatching(reason) as string,
        },
      ])
      expect(JSON.stringify(outcomes)).not.toContain('canary')
      expect(await clients.history('client_1')).toHaveLength(1)
    },
  )

  it('an answer of Clerk of status 404 is reported as gone, with the sessions that are live in the log', async () => {
    const { clients, api } = await givenBoth(
      [aSessionEvent(), { ...ENDED, data: { ...ENDED.data, id: 'sess_2' } } as never],
      [],
    )
    expect(await outcomesOf({ clients, api })).toEqual([
      { _tag: 'Gone', clientId: 'client_1', live: ['sess_1'] },
    ])
  })

  it('an answer of Clerk of status 401 ends the reconciliation with ClerkKeyRefused', async () => {
    const { clients, clerk } = await givenBoth([aSessionEvent()], [aSessionEvent()])
    const { url } = await clerkWith(clerk)
    const api = apiAt(url, 'sk_test_other')
    await expect(outcomesOf({ clients, api })).rejects.toThrow('Clerk refused the secret key')
  })

  it('an answer of Clerk that is a redirect is not followed: the key would be sent to another server', async () => {
    const { clients, api, paths } = await givenBoth(
      [aSessionEvent()],
      [aSessionEvent()],
      (request) =>
        request.url.endsWith('/elsewhere')
          ? undefined
          : Response.redirect(`${request.url}/elsewhere`, 302),
    )
    expect(await outcomesOf({ clients, api })).toMatchObject([{ _tag: 'Unclear' }])
    expect(paths.filter((path) => path.endsWith('/elsewhere'))).toEqual([])
  })
})

describe('many clients', () => {
  it('many clients are read a few at a time, and afterwards the log agrees with Clerk', async () => {
    const events = [...generateLog({ events: 800, clients: 60, seed: 11, shape: 'slim' })].map(
      (line) => accepted(parseEvent(line)),
    )
    // Every third webhook was lost.
    const received = events.filter((_, index) => index % 3 > 0)
    let [running, most] = [0, 0]
    const { clients, clerk, api } = await givenBoth(received, events, async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 2))
      running -= 1
      return undefined as never
    })
    await outcomesOf({ clients, api, concurrency: 3 })
    expect(most).toBe(3)
    const at = { at: NOW }
    for await (const client of clients.all(at)) {
      const clientOfClerk = await clerk.get(client.id, at)
      // The log lists what Clerk lists. It may also list a session that is over and was removed since.
      expect(client.sessions).toEqual(expect.arrayContaining([...clientOfClerk!.sessions]))
    }
    expect((await outcomesOf({ clients, api })).filter(isDrifting)).toEqual([])
  })

  it('clients with any ids are reconciled', async () => {
    const ids = fc.string({ unit: 'binary', minLength: 1 }).filter((id) => !/^\.{1,2}$/.test(id))
    await fc.assert(
      fc.asyncProperty(ids, async (id) => {
        const event = aSessionEvent({ client_id: id })
        const { clients, api } = await givenBoth([event], [event])
        expect(await outcomesOf({ clients, api })).toMatchObject([{ clientId: id, drift: [] }])
      }),
      { numRuns: 20 },
    )
  })

  it.each(['.', '..', '\ud800'])(
    'a client with the id %j, which fits in no URL, is reported as unclear without a request',
    async (id) => {
      const event = aSessionEvent({ client_id: id })
      const { clients, api, paths } = await givenBoth([event], [event])
      expect(await outcomesOf({ clients, api })).toMatchObject([{ _tag: 'Unclear' }])
      expect(paths).toEqual([])
    },
  )
})

const isDrifting = (each: { readonly _tag: string }): boolean =>
  each._tag !== 'Compared' ||
  (each as unknown as { readonly drift: ReadonlyArray<unknown> }).drift.length > 0
