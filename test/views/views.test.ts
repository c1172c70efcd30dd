import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { EventStore } from '../../src/event-store/event-store.js'
import { fold } from '../../src/domain/fold.js'
import { stateText } from '../../src/domain/state-text.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { compareNewestFirst } from '../../src/events/order.js'
import { SESSION_STATUSES } from '../../src/events/session.js'
import { sessionAt } from '../../src/projections/session.js'
import { toSessions, type SessionFilter } from '../../src/projections/sessions.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { arbitraryEvent, arbitraryTime } from '../../src/testing/index.js'
import { createViews } from '../../src/views/create-views.js'
import type { ViewsEngine } from '../../src/views/views-engine.js'
import type { Views } from '../../src/views/views.js'
import { describeWithViews, type GivenViews } from './given.js'

/** Ids that databases could order in another way than JavaScript does, or could not index. */
const CLIENT_IDS = [
  ...['client_1', 'client_2', 'Client_1', 'client_', 'é', 'z\u{ffff}', '\u{1f600}', '\u{d800}'],
  ...['\u0000', '~', ' ', `"`, `${'x'.repeat(600)}1`, `y${'x'.repeat(3000)}`],
]

const arbitraryClientId = fc.oneof(
  fc.constantFrom('client_1', 'client_2', 'client_3'),
  fc.constantFrom(...CLIENT_IDS),
)

const arbitraryLog = fc.array(
  arbitraryClientId
    .chain((clientId) => arbitraryEvent({ clientId }))
    .map(({ id: _id, recorded_at: _recordedAt, ...event }) => event as ClientEvent),
  { maxLength: 8, minLength: 1 },
)

const arbitraryBy = fc.nat({ max: 1 })

/** What happens to a log and to two projectors of its views. */
type Step =
  | { readonly do: 'record'; readonly events: ReadonlyArray<ClientEvent> }
  | { readonly do: 'catch up'; readonly by: number }
  | { readonly do: 'catch up together' }
  /** It ends in its next transaction, before or after the commit. */
  | { readonly do: 'crash'; readonly by: number; readonly isCommitted: boolean }
  | { readonly do: 'erase'; readonly clientId: string }
  | { readonly do: 'rebuild'; readonly by: number }

const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('record' as const), events: arbitraryLog }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('catch up' as const), by: arbitraryBy }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('catch up together' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      by: arbitraryBy,
      isCommitted: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('erase' as const), clientId: arbitraryClientId }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rebuild' as const), by: arbitraryBy }) },
)

/** A projector that can be made to crash. */
const aProjector = (engine: ViewsEngine, store: EventStore, batchSize: number) => {
  let crash: 'before' | 'after' | undefined
  const views = createViews(
    {
      ...engine,
      batchSize,
      join: async (...args) => {
        const now = crash
        crash = undefined
        if (now === 'before') throw new Error('crashed')
        const answer = await engine.join(...args)
        if (now === 'after') throw new Error('crashed')
        return answer
      },
    },
    store,
  )
  const crashOnce = async (isCommitted: boolean): Promise<void> => {
    crash = isCommitted ? 'after' : 'before'
    await views.catchUp().catch(() => undefined)
    crash = undefined
  }
  return { views, crashOnce }
}

const run = async (
  steps: ReadonlyArray<Step>,
  store: EventStore,
  projectors: ReadonlyArray<ReturnType<typeof aProjector>>,
): Promise<void> => {
  for (const step of steps) {
    const projector = projectors['by' in step ? step.by : 0]
    switch (step.do) {
      case 'record':
        await store.record(step.events)
        break
      case 'catch up':
        await projector?.views.catchUp()
        break
      case 'catch up together':
        await Promise.all(projectors.map(({ views }) => views.catchUp()))
        break
      case 'crash':
        await projector?.crashOnce(step.isCommitted)
        break
      case 'erase':
        await store.eraseClient(step.clientId)
        break
      case 'rebuild':
        await projector?.views.rebuild()
    }
  }
}

const ALL = { limit: Infinity, offset: 0 }

/** Compares all that views answer with the fold of the log. */
const expectFold = async (views: Views, store: EventStore, at: number | undefined) => {
  const events: ClientEvent[] = []
  for await (const { event } of store.readAll()) events.push(event)
  const states = [...fold(events).values()].sort(compareNewestFirst)
  const clients = await views.clients(ALL)
  expect(clients.data.map(stateText)).toEqual(states.map(stateText))
  expect(clients.totalCount).toBe(states.length)
  const part = await views.clients({ limit: 2, offset: 1 })
  expect(part.data.map(stateText)).toEqual(states.slice(1, 3).map(stateText))
  expect(part.totalCount).toBe(states.length)

  const filters: ReadonlyArray<SessionFilter> = [
    ...[{}, { userId: 'user_a' }, { clientId: 'client_1' }, { clientId: 'Client_1' }],
    ...[{ userId: 'user_b', clientId: 'client_2' }, { userId: 'unknown' }],
    ...SESSION_STATUSES.map((status) => ({ status })),
    { userId: 'user_b', status: 'active' },
  ]
  for (const filter of filters) {
    const expected = toSessions(states, filter, { at })
    const { data, totalCount } = await views.sessions({ ...filter, ...ALL, at })
    expect(data.map((session) => sessionAt(session, at))).toEqual(expected)
    expect(totalCount).toBe(expected.length)
    const some = await views.sessions({ ...filter, limit: 1, offset: 1, at })
    expect(some.data.map((session) => sessionAt(session, at))).toEqual(expected.slice(1, 2))
  }
  for (const session of toSessions(states)) {
    expect((await views.session(session.id)).session).toEqual(session)
  }
  const claimed = states.flatMap(({ sessions }) => [...sessions.keys()])
  const contested = claimed.filter((id, index) => claimed.indexOf(id) !== index)
  expect(new Set(await views.contestedSessions())).toEqual(new Set(contested))
  expect(await views.session('unknown')).toEqual({ session: null, damaged: 0 })
  const { eventsBehind: _, ...status } = await views.status()
  expect(status).toEqual({
    ...{ clients: states.length, sessions: toSessions(states).length, damaged: 0, isMore: false },
  })
}

const arbitraryClock = fc.option(arbitraryTime(), { nil: undefined })

describeWithViews(({ runs, engines }: GivenViews) => {
  it('views answer what the fold of the log says, whatever the batches, overlaps, crashes and erasures', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryStep, { maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        arbitraryClock,
        async (steps, batchSize, at) => {
          const store = openMemoryStore()
          const projectors = (await engines(2)).map((engine) =>
            aProjector(engine, store, batchSize),
          )
          await run(steps, store, projectors)
          for (const { views } of projectors) await expectFold(views, store, at)
        },
      ),
      { numRuns: runs },
    )
  })
})
