import { describe, expect, it } from 'vitest'
import { createClerkApi } from '../../src/clerk/clerk-api.js'
import { backfill, type BackfillStep } from '../../src/clerk/backfill.js'
import { anObservation, aSession, aSessionEvent, MINUTE, T0 } from '../given.js'
import { inMemory, NOW, SECRET_KEY } from '../http/given.js'
import { startFakeClerk, type Failing } from './given/fake-clerk.js'
import { answersOf, eventCount, stepsOf, tags } from './given/random-clerk.js'
import { apiAt } from './given/served-log.js'

const user = (id: string, created_at = T0, last_active_at = T0) => ({
  ...{ id, created_at, last_active_at },
})

/** A Clerk with two users, who share a device; one of them has another device, and a removed session. */
const givenClerk = async (failing?: Failing) => {
  const truth = inMemory()
  await truth.record([
    aSessionEvent(),
    aSessionEvent({ id: 'sess_2', user_id: 'user_2', created_at: T0 + 1 }),
    aSessionEvent({ id: 'sess_3', client_id: 'client_2', created_at: T0 + 2 }),
    aSessionEvent({ id: 'sess_4', client_id: 'client_2', status: 'removed', created_at: T0 + 3 }),
    anObservation({ id: 'client_2', sign_in_id: 'sia_1', created_at: T0 - MINUTE }),
  ])
  const users = [user('user_1'), user('user_2', T0 + 1, T0 + 500)]
  const clerk = await startFakeClerk({ truth, users, ...(failing && { failing }) })
  return { truth, clerk, clients: inMemory(), api: apiAt(clerk.url) }
}

describe('a backfill', () => {
  it('a backfill records the clients of all users, and the log then answers as Clerk does', async () => {
    const { truth, clients, api, clerk } = await givenClerk()
    const steps = await stepsOf({ clients, api })
    expect(steps.slice(0, 2).sort(byClient)).toEqual([
      { _tag: 'Recorded', clientId: 'client_1', sessions: 2 },
      { _tag: 'Recorded', clientId: 'client_2', sessions: 2 },
    ])
    expect(steps.slice(2)).toEqual([{ _tag: 'UsersDone', users: 2, createdFrom: T0 + 1 }])
    expect(await answersOf(clients)).toEqual(await answersOf(truth))
    expect(await clients.get('client_2')).toMatchObject({ sign_in_id: 'sia_1' })
    // A client that two users share is read once.
    expect(clerk.requests.filter((path) => path.startsWith('/v1/clients/'))).toHaveLength(2)
  })

  it('a backfill that runs twice records nothing new', async () => {
    const { clients, api } = await givenClerk()
    await stepsOf({ clients, api })
    const before = await eventCount(clients)
    expect(tags(await stepsOf({ clients, api }))).toEqual({ Known: 2, UsersDone: 1 })
    expect(await eventCount(clients)).toBe(before)
  })

  it('a backfill adds what the webhooks of a log did not say, and keeps what they said', async () => {
    const { truth, clients, api } = await givenClerk()
    const tasks = [{ key: 'choose-organization' }]
    await clients.record(aSessionEvent({ tasks }))
    await stepsOf({ clients, api })
    const [session] = (await clients.get('client_1'))!.sessions
    expect(session).toMatchObject({ id: 'sess_1', tasks })
    expect(await clients.get('client_2', { at: NOW })).toEqual(
      await truth.get('client_2', { at: NOW }),
    )
  })

  it('a backfill of named users reads only them, and no list of users', async () => {
    const { clients, api, clerk } = await givenClerk()
    const steps = await stepsOf({ clients, api, userIds: ['user_2', 'user_2'] })
    expect(steps).toEqual([
      { _tag: 'Recorded', clientId: 'client_1', sessions: 2 },
      { _tag: 'UsersDone', users: 1, createdFrom: null },
    ])
    expect(clerk.requests).toEqual([
      '/v1/sessions?user_id=user_2&paginated=true&limit=500',
      '/v1/clients/client_1',
    ])
  })

  it('a backfill since a moment reads the users who were active then or later', async () => {
    for (const { since, users } of [
      { since: T0 + 500, users: 1 },
      { since: T0 + 501, users: 0 },
    ]) {
      const { clients, api } = await givenClerk()
      const done = (await stepsOf({ clients, api, since })).filter(isDone)
      expect(done.reduce((sum, step) => sum + step.users, 0)).toBe(users)
    }
  })

  it('a dry run of a backfill counts what would be recorded, and records nothing', async () => {
    const { clients, api } = await givenClerk()
    await clients.record(aSessionEvent())
    const steps = await stepsOf({ clients, api, isDryRun: true })
    expect(tags(steps)).toEqual({ Recorded: 2, UsersDone: 1 })
    expect(await eventCount(clients)).toBe(1)
  })

  it('a backfill does not bring an erased client back', async () => {
    const { clients, api } = await givenClerk()
    await stepsOf({ clients, api })
    await clients.eraseClient('client_1')
    const steps = await stepsOf({ clients, api })
    expect(steps).toContainEqual({ _tag: 'Erased', clientId: 'client_1' })
    expect(await clients.get('client_1')).toBeNull()
  })

  it('a backfill names the clients that Clerk does not have any more, and does not record them', async () => {
    const { clients, api } = await givenClerk((_, path) =>
      path === '/v1/clients/client_1' ? { status: 404 } : undefined,
    )
    const steps = await stepsOf({ clients, api })
    expect(steps).toContainEqual({ _tag: 'Gone', clientId: 'client_1' })
    expect(await clients.get('client_1')).toBeNull()
  })

  it('a backfill reads a listed session by its id if it is live there and missing in its Client', async () => {
    const { clients, api, clerk } = await givenClerk()
    const list = api.sessionsOf
    // The session is removed after the list was read.
    const late = { ...api, sessionsOf: (id: string) => list(id).then(withLiveSession4) }
    await stepsOf({ clients, api: late })
    expect(clerk.requests).toContain('/v1/sessions/sess_4')
    expect(await clients.session('sess_4')).toMatchObject({ status: 'removed' })
  })

  it('a backfill refuses users together with a moment', async () => {
    const { clients, api } = await givenClerk()
    await expect(stepsOf({ clients, api, userIds: ['user_1'], since: T0 })).rejects.toThrow(
      'userIds cannot be combined',
    )
  })
})

const byClient = (left: BackfillStep, right: BackfillStep): number =>
  JSON.stringify(left) < JSON.stringify(right) ? -1 : 1

const isDone = (step: BackfillStep): step is Extract<BackfillStep, { _tag: 'UsersDone' }> =>
  step._tag === 'UsersDone'

const withLiveSession4 = <A extends { readonly _tag: string }>(list: A): A =>
  'entries' in list
    ? {
        ...list,
        entries: [aSession({ id: 'sess_4', client_id: 'client_2', created_at: T0 + 3 })],
      }
    : list

describe('a Clerk that fails', () => {
  it('a Clerk that limits, fails and cuts connections at a third of the requests delays a backfill only', async () => {
    const failures = [
      { status: 429, retryAfter: '0' },
      { status: 500 },
      'cut',
      'cut in the answer',
      { status: 503 },
    ] as const
    const { truth, clients, api } = await givenClerk((count) =>
      count % 3 === 0 ? failures[(count / 3) % failures.length] : undefined,
    )
    expect(tags(await stepsOf({ clients, api }))).toEqual({ Recorded: 2, UsersDone: 1 })
    expect(await answersOf(clients)).toEqual(await answersOf(truth))
  })

  it('a Clerk that never answers for one user or client does not stop the backfill of the others', async () => {
    const { clients, api } = await givenClerk((_, path) =>
      /client_1|user_id=user_2/.test(path) ? { status: 500 } : undefined,
    )
    const steps = await stepsOf({ clients, api })
    expect(steps).toContainEqual({ _tag: 'UserUnclear', userId: 'user_2', reason: 'status 500' })
    expect(steps).toContainEqual({ _tag: 'Unclear', clientId: 'client_1', reason: 'status 500' })
    expect(steps).toContainEqual({ _tag: 'Recorded', clientId: 'client_2', sessions: 2 })
  })

  it('a Clerk that answers nothing ends a backfill after 20 requests, and no user counts as done', async () => {
    const truth = inMemory()
    const users = Array.from({ length: 50 }, (_, index) => user(`user_${index}`, T0 + index))
    const clerk = await startFakeClerk({
      ...{ truth, users },
      failing: (_, path) => (path.startsWith('/v1/users') ? undefined : 'cut'),
    })
    const api = createClerkApi({ secretKey: SECRET_KEY, apiUrl: clerk.url, attempts: 1 })
    const steps: BackfillStep[] = []
    const attempt = async (): Promise<void> => {
      for await (const step of backfill({ clients: inMemory(), api })) steps.push(step)
    }
    await expect(attempt()).rejects.toThrow(
      'Clerk gave no usable answer to 20 requests in a row (the last: no answer); run this again later',
    )
    expect(steps.filter(isDone)).toEqual([])
  })

  it.each([
    { status: 401, sentence: 'Clerk refused the secret key' },
    { status: 403, sentence: 'but not for this request (status 403)' },
    { status: 404, sentence: '(status 404): check the URL of the API' },
    { status: 501, sentence: 'this server does not list users, so name the users' },
    { status: 422, sentence: '(status 422); run this again later' },
  ])(
    'a Clerk that answers the list of users with $status ends a backfill with a sentence',
    async (row) => {
      const { clients, api } = await givenClerk(() => ({ status: row.status }))
      await expect(stepsOf({ clients, api })).rejects.toThrow(row.sentence)
    },
  )

  it('a Clerk whose answers are not what is documented is reported without its content', async () => {
    const page = { data: [{ ...aSession(), status: 'canary' }], totalCount: 1 }
    const truth = { ...inMemory(), sessions: () => Promise.resolve(page as never) }
    const clerk = await startFakeClerk({ truth, users: [user('user_1')] })
    const [step] = await stepsOf({ clients: inMemory(), api: apiAt(clerk.url) })
    expect(step).toMatchObject({ _tag: 'UserUnclear', userId: 'user_1' })
    expect(step).toMatchObject({
      reason: expect.stringContaining('data.status: expected') as string,
    })
    expect(JSON.stringify(step)).not.toContain('canary')
  })
})

describe('the sessions of a user', () => {
  it('the sessions of a user are read in pages of 500', async () => {
    const truth = inMemory()
    await truth.record(
      Array.from({ length: 1203 }, (_, index) =>
        aSessionEvent({ id: `sess_${index}`, created_at: T0 + (index % 7) }),
      ),
    )
    const clerk = await startFakeClerk({ truth, users: [] })
    const list = await apiAt(clerk.url).sessionsOf('user_1')
    expect(list).toMatchObject({ _tag: 'Listed' })
    expect('entries' in list && new Set(list.entries.map(({ id }) => id)).size).toBe(1203)
    expect(clerk.requests).toHaveLength(3)
  })
})
