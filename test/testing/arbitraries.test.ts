import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldClient } from '../../src/domain/fold.js'
import { toClient } from '../../src/projections/client.js'
import {
  arbitraryDeliveries,
  arbitraryHistory,
  arbitraryLawSample,
} from '../../src/testing/index.js'
import { arbitraryHostileLog } from '../model/hostile-log.js'

const sampled = <A>(arbitrary: fc.Arbitrary<A>): ReadonlyArray<A> =>
  fc.sample(arbitrary, { numRuns: 300, seed: 1 })

describe('arbitraries', () => {
  it('arbitraryHistory gives histories in which sessions come, change and go', () => {
    const histories = sampled(arbitraryHistory())
    const types = new Set(histories.flat().map(({ type }) => type))
    expect(types.size).toBe(5)
    expect(histories.filter((events) => events.length >= 5).length).toBeGreaterThan(30)
    const clients = histories.map((events) => toClient(foldClient(events)))
    expect(clients.filter((client) => client && client.sessions.length > 1).length).toBeGreaterThan(
      30,
    )
  })

  it('arbitraryDeliveries repeats and reorders events, and loses no event', () => {
    const history = [0, 1, 2, 3, 4, 5, 6, 7]
    const deliveries = sampled(arbitraryDeliveries(history))
    for (const delivered of deliveries) expect([...new Set(delivered)].sort()).toEqual(history)
    expect(deliveries.filter((delivered) => delivered.length > 8).length).toBeGreaterThan(200)
    const firsts = deliveries.map((delivered) => [...new Set(delivered)])
    expect(firsts.filter((order) => order.join() !== history.join()).length).toBeGreaterThan(200)
  })

  it('arbitraryLawSample gives several clocks, and observations that point to live sessions', () => {
    const samples = sampled(arbitraryLawSample())
    expect(samples.filter(({ clocks }) => clocks.length > 1).length).toBeGreaterThan(50)
    const pointing = samples.filter(({ events }) =>
      events.some(
        ({ type, data }) =>
          type === 'client.observed' &&
          data.sessions.some(
            ({ id, status }) => status === 'active' && id === data.last_active_session_id,
          ),
      ),
    )
    expect(pointing.length).toBeGreaterThan(5)
  })

  it('arbitraryHostileLog gives logs with many lines', () => {
    const logs = sampled(arbitraryHostileLog())
    expect(logs.filter((log) => log.length > 10).length).toBeGreaterThan(50)
  })
})
