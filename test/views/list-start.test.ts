import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fold } from '../../src/domain/fold.js'
import type { Created } from '../../src/events/order.js'
import type { Session } from '../../src/events/session.js'
import type { SessionsRequest } from '../../src/views/views-engine.js'
import { aSessionEvent, T0 } from '../given.js'
import { describeWithViews, emptied } from './given.js'

/** Few moments, so that many sessions are created at the same one. */
const arbitrarySession = fc.record({
  id: fc.oneof(
    fc.constantFrom('sess_1', 'sess_2', 'sess_~', 'é', '\ud83d\ude00'),
    fc.string({ minLength: 1 }),
  ),
  created_at: fc.constantFrom(T0, T0 + 1, T0 + 2),
  user_id: fc.constantFrom('user_1', 'user_2'),
})
const arbitraryFilter = fc.constantFrom({}, { userId: 'user_1' }, { status: 'active' as const })

describeWithViews(({ engines, runs }) => {
  it('pages that each begin after the last session of the one before make the whole list', async () => {
    const [engine] = await engines(1)
    if (engine === undefined) throw new Error('there is an engine')
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(arbitrarySession, { selector: ({ id }) => id, maxLength: 12 }),
        arbitraryFilter,
        fc.integer({ min: 1, max: 5 }),
        async (sessions, filter, limit) => {
          await emptied(engine)
          const states = fold(sessions.map((session) => aSessionEvent(session)))
          await engine.join({ states, damages: [] }, await engine.progress(), {
            position: 'end',
            unfinished: undefined,
          })
          const request: SessionsRequest = { ...filter, limit: Infinity, offset: 0, at: T0 }
          const all = (await engine.sessions(request)).found.data
          const pages: Session[] = []
          for (let after: Created | undefined; ; after = pages.at(-1)) {
            const { found: page } = await engine.sessions({
              ...request,
              limit,
              ...(after && { after }),
            })
            if (page.data.length === 0) break
            pages.push(...page.data)
          }
          expect(pages).toEqual(all)
          const [first] = all
          if (first === undefined) return
          const { found: rest } = await engine.sessions({ ...request, offset: 1, after: first })
          expect(rest.data).toEqual(all.slice(2))
        },
      ),
      { numRuns: Math.ceil(runs / 4) },
    )
  })
})
