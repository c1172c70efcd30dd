import { expect, it } from 'vitest'
import { foldClient } from '../../src/domain/fold.js'
import type { ExistingClient } from '../../src/domain/state.js'
import { compareNewestFirst } from '../../src/events/order.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { createSqlViewsEngine } from '../../src/views/sql/engine.js'
import { joinStepsOf } from '../../src/views/sql/join-steps.js'
import { createPortion, transactionAfter } from '../../src/views/sql/portion.js'
import { aSession, aSessionEvent, T0 } from '../given.js'
import { describeWithSqlViews, emptied } from './given.js'

const clientWith = (id: string, sessions: number): ExistingClient => {
  const state = foldClient(
    Array.from({ length: sessions }, (_, n) =>
      aSessionEvent(aSession({ id: `${id}_${n}`, client_id: id })),
    ),
  )
  if (state.id === null) throw new Error('the client exists')
  return state
}

it('portions double while they are quick, and halve when they are slow', () => {
  const portion = createPortion(4, 16)
  portion.took(1)
  expect(portion.size()).toBe(8)
  portion.took(1)
  portion.took(1)
  expect(portion.size()).toBe(16)
  portion.took(5)
  expect(portion.size()).toBe(16)
  for (let n = 0; n < 9; n++) portion.took(100)
  expect(portion.size()).toBe(1)
})

it('a transaction takes work for as long as a commit takes, but not for long', () => {
  expect([0, 7, 12, 25, 300].map(transactionAfter)).toEqual([8, 8, 12, 25, 25])
})

it('a step of a join has few clients and few sessions, and no client twice', () => {
  const states = [clientWith('large', 120), clientWith('one', 1), clientWith('middle', 45)]
  const many = Array.from({ length: 50 }, (_, n) => clientWith(`c${n}`, 1))
  const steps = joinStepsOf([...states, ...many])
  const joined = new Map<string, string[]>()
  for (const step of steps) {
    expect(step.length).toBeLessThanOrEqual(20)
    expect(new Set(step.map(({ id }) => id)).size).toBe(step.length)
    const sessions = step.reduce((sum, state) => sum + state.sessions.size, 0)
    expect(sessions).toBeLessThanOrEqual(50)
    for (const { id, sessions } of step) {
      joined.set(id, [...(joined.get(id) ?? []), ...sessions.keys()])
    }
  }
  for (const { id, sessions } of [...states, ...many]) {
    expect(joined.get(id)).toEqual([...sessions.keys()])
  }
})

describeWithSqlViews((database) => {
  it('sessions of a status are found among thousands of others, from any place on', async () => {
    const engine = await emptied(createSqlViewsEngine(database()))
    const sessions = Array.from({ length: 3000 }, (_, n) =>
      // Few of them, in two places, so that whole portions have none; many have one time.
      aSession({
        id: `sess_${n}`,
        status: n < 70 || (n > 1500 && n % 40 === 0) ? 'ended' : 'active',
        created_at: T0 + Math.floor(n / 7),
      }),
    )
    const state = foldClient(sessions.map((session) => aSessionEvent(session)))
    if (state.id === null) throw new Error('the client exists')
    await engine.join(
      { states: new Map([[state.id, state]]), damages: [] },
      await engine.progress(),
      { position: await openMemoryStore().lastPosition(), unfinished: undefined },
    )
    const ended = sessions.filter(({ status }) => status === 'ended').sort(compareNewestFirst)
    const ask = { status: 'ended', at: undefined } as const
    for (const [limit, offset] of [
      [Infinity, 0],
      [10, 0],
      [10, 33],
      [50, 60],
      [10, 500],
    ] as const) {
      const { found } = await engine.sessions({ ...ask, limit, offset })
      expect(found.data.map(({ id }) => id)).toEqual(
        ended.slice(offset, offset + limit).map(({ id }) => id),
      )
      expect(found.totalCount).toBe(ended.length)
    }
    for (const place of [0, 35, 60, ended.length - 1]) {
      const after = ended[place]!
      const { found } = await engine.sessions({ ...ask, after, limit: 9, offset: 2 })
      expect(found.data.map(({ id }) => id)).toEqual(
        ended.slice(place + 3, place + 12).map(({ id }) => id),
      )
    }
  })

  it('a rebuild that was interrupted while it deleted rows is ended by the next process', async () => {
    const engine = await emptied(createSqlViewsEngine(database()))
    const place = { position: await openMemoryStore().lastPosition(), unfinished: undefined }
    const states = new Map([['large', clientWith('large', 400)]])
    await engine.join({ states, damages: [] }, await engine.progress(), place)
    let transactions = 0
    const failing = createSqlViewsEngine({
      ...database(),
      write: (work) => {
        transactions += 1
        if (transactions === 2) throw new Error('no power')
        return database().write(work)
      },
    })
    const ended = await failing.reset(await failing.progress()).then(
      () => true,
      () => false,
    )
    const progress = await engine.progress()
    // PostgreSQL does it in one transaction.
    expect(progress.isBeingCleared).toBe(!ended)
    await engine.reset(progress)
    expect(await engine.progress()).toMatchObject({ isBeingCleared: false, position: undefined })
    expect((await engine.session('large_7')).found.session).toBeNull()
  })
})
