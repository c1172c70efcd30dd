import { describe, expect, it } from 'vitest'
import type { Clients } from '../../src/clients/clients.js'
import type { SessionStatus } from '../../src/events/session.js'
import { openGuard, type GuardOptions } from '../../src/guard/index.js'
import { aSessionEvent, anObservation, aSession, DAY, MINUTE, T0 } from '../given.js'
import { inMemory, SECRET_KEY } from '../http/given.js'
import { givenGuard, givenServer, until } from './given.js'

const NOW = T0 + DAY
const now = () => NOW

describe('a guard', () => {
  it('a guard tells live sessions with their status, and since when the others are over', async () => {
    const clients = inMemory()
    await clients.record([
      aSessionEvent({ id: 'active' }),
      aSessionEvent({ id: 'pending', status: 'pending' }),
      aSessionEvent({ id: 'revoked', status: 'revoked', updated_at: T0 + MINUTE }),
      aSessionEvent({ id: 'removed', status: 'removed', updated_at: T0 + 2 * MINUTE }),
      aSessionEvent({ id: 'expired', expire_at: NOW }),
      aSessionEvent({ id: 'abandoned', abandon_at: NOW - 1 }),
    ])
    const guard = await givenGuard(clients, { now })
    expect(guard.size()).toBe(6)
    const answers = ['active', 'pending', 'revoked', 'removed', 'expired', 'abandoned', 'x'].map(
      (id) => {
        const { lag: _lag, ...answer } = guard.check(id)
        return answer
      },
    )
    expect(answers).toEqual([
      { answer: 'live', status: 'active' },
      { answer: 'live', status: 'pending' },
      { answer: 'over', status: 'revoked', since: T0 + MINUTE },
      { answer: 'over', status: 'removed', since: T0 + 2 * MINUTE },
      { answer: 'over', status: 'expired', since: NOW },
      { answer: 'over', status: 'abandoned', since: NOW - 1 },
      { answer: 'unknown' },
    ])
    guard.close()
  })

  it('a late event never makes a session live again', async () => {
    const clients = inMemory()
    await clients.record(aSessionEvent({ status: 'revoked', updated_at: T0 + 1 }))
    const guard = await givenGuard(clients, { now })
    await clients.record([
      aSessionEvent({ updated_at: T0 + 2 }),
      aSessionEvent({ id: 'sess_2' }, { timestamp: T0 + 3 }),
    ])
    await until(() => guard.check('sess_2').answer === 'live')
    expect(guard.check('sess_1')).toMatchObject({
      answer: 'over',
      status: 'revoked',
      since: T0 + 1,
    })
    guard.close()
  })

  it('of two versions of one moment the guard takes the one that the fold takes', async () => {
    const clients = inMemory()
    await clients.record(aSessionEvent({ status: 'pending' }, { timestamp: T0 + 2 }))
    const guard = await givenGuard(clients, { now })
    await clients.record(aSessionEvent({ status: 'active' }, { timestamp: T0 + 1 }))
    await clients.record(aSessionEvent({ id: 'sess_2' }))
    await until(() => guard.check('sess_2').answer === 'live')
    expect(guard.check('sess_1')).toMatchObject({ answer: 'live', status: 'pending' })
    await clients.record(aSessionEvent({ status: 'active' }, { timestamp: T0 + 3 }))
    await until(() => guard.check('sess_1').answer === 'live' && guard.allows('sess_1'))
    await until(() => JSON.stringify(guard.check('sess_1')).includes('active'))
    expect(guard.check('sess_1')).toMatchObject({ answer: 'live', status: 'active' })
    guard.close()
  })

  it('an observation by which Clerk says that a session was replaced is heard', async () => {
    const clients = inMemory()
    const guard = await givenGuard(clients, { now })
    const replaced = aSession({ status: 'replaced', updated_at: T0 + 5 })
    await clients.record(anObservation({ sessions: [replaced] }))
    await until(() => guard.check('sess_1').answer === 'over')
    expect(guard.check('sess_1')).toMatchObject({
      answer: 'over',
      status: 'replaced',
      since: T0 + 5,
    })
    guard.close()
  })

  it.each([
    { name: 'live', policy: { unknown: 'refuse', lagging: 'refuse' }, id: 'live', allowed: true },
    { name: 'over', policy: { unknown: 'pass', lagging: 'pass' }, id: 'over', allowed: false },
    { name: 'unknown', policy: { unknown: 'pass', lagging: 'refuse' }, id: 'x', allowed: true },
    { name: 'unknown', policy: { unknown: 'refuse', lagging: 'pass' }, id: 'x', allowed: false },
  ] as const)('a session that is $name, with $policy: allowed $allowed', async (each) => {
    const clients = inMemory()
    await clients.record([
      aSessionEvent({ id: 'live' }),
      aSessionEvent({ id: 'over', status: 'ended' }),
    ])
    const guard = await givenGuard(clients, { now, longestLagMilliseconds: 60_000, ...each.policy })
    expect(guard.allows(each.id)).toBe(each.allowed)
    guard.close()
  })

  const inProcess = (clients: Clients) => Promise.resolve({ clients })
  const byUrl = async (clients: Clients) => ({
    url: (await givenServer(clients)).url,
    secretKey: SECRET_KEY,
  })
  const claim = (client_id: string, updated_at: number, status: SessionStatus = 'active') =>
    aSessionEvent({ id: 'sess_1', client_id, updated_at, status })

  it.each([
    { name: 'before the guard is opened', events: 2, source: inProcess },
    { name: 'before a guard of a server is opened', events: 2, source: byUrl },
    {
      name: 'one of them while the guard follows, with the greater version',
      events: 1,
      source: inProcess,
    },
    { name: 'both while the guard follows', events: 0, source: inProcess },
  ])(
    'a session that two clients claim ($name) is never unknown when one of them is erased',
    async ({ events, source }) => {
      const clients = inMemory()
      const all = [claim('client_1', T0), claim('client_2', T0 + 1, 'revoked')]
      const other = aSessionEvent({ id: 'sess_2', client_id: 'client_2' })
      await clients.record([...all.slice(0, events), other])
      const guard = openGuard({
        ...(await source(clients)),
        ...{ now: () => T0 + 2, unknown: 'pass', lagging: 'pass' },
      })
      await guard.ready
      await clients.record(all)
      await until(() => guard.check('sess_1').answer === 'over')
      const answers: string[] = []
      await clients.eraseClient('client_2')
      await until(() => answers[answers.push(guard.check('sess_1').answer) - 1] === 'live')
      expect(new Set(answers)).toEqual(new Set(['over', 'live']))
      expect(guard.check('sess_2').answer).toBe('unknown')
      await clients.eraseClient('client_1')
      await until(() => guard.check('sess_1').answer === 'unknown')
      expect(guard.size()).toBe(0)
      guard.close()
    },
  )

  it('a session whose greatest version comes first is known by the other one when its client is erased', async () => {
    const clients = inMemory()
    const guard = await givenGuard(clients, { now: () => T0 + 2 })
    await clients.record(claim('client_2', T0 + 1, 'revoked'))
    await until(() => guard.check('sess_1').answer === 'over')
    await clients.record([claim('client_1', T0), aSessionEvent({ id: 'sess_2' })])
    await until(() => guard.check('sess_2').answer === 'live')
    const answers: string[] = []
    await clients.eraseClient('client_2')
    await until(() => answers[answers.push(guard.check('sess_1').answer) - 1] === 'live')
    expect(answers).not.toContain('unknown')
    expect(answers.at(-1)).toBe('live')
    guard.close()
  })

  it('a guard that has not read the sessions lags, and does what its caller chose for that', async () => {
    const clients = inMemory()
    for (const lagging of ['pass', 'refuse'] as const) {
      const guard = openGuard({ clients, unknown: 'pass', lagging })
      expect(guard.lag()).toBe(Infinity)
      expect(guard.check('sess_1')).toEqual({ answer: 'unknown', lag: Infinity })
      expect(guard.allows('sess_1')).toBe(lagging === 'pass')
      guard.close()
      await expect(guard.ready).rejects.toThrow('the guard was closed')
    }
  })

  it('a policy that is incomplete is refused', () => {
    const clients = inMemory()
    for (const policy of [
      { unknown: 'pass' },
      { lagging: 'pass' },
      { unknown: 'pass', lagging: 'maybe' },
    ]) {
      expect(() => openGuard({ clients, ...policy } as GuardOptions)).toThrow(
        'must be pass or refuse',
      )
    }
  })

  it('a guard whose clients are closed stays with what it knows, and lags', async () => {
    const clients = inMemory()
    await clients.record(aSessionEvent())
    const guard = await givenGuard(clients, { now, lagging: 'refuse', longestLagMilliseconds: 50 })
    await clients.close()
    await until(() => guard.lag() > 50)
    expect(guard.check('sess_1')).toMatchObject({ answer: 'live' })
    expect(guard.allows('sess_1')).toBe(false)
    guard.close()
  })
})
