import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { EventStore, FollowFrom } from '../../../src/event-store/event-store.js'
import {
  CorruptRecord,
  ForeignPosition,
  StoreUnavailable,
  type UnavailableReason,
} from '../../../src/event-store/store-error.js'
import { createEventStore } from '../../../src/stores/kit/create-event-store.js'
import type { StoreEngine } from '../../../src/stores/kit/store-engine.js'
import { createMemoryEngine } from '../../../src/stores/memory/engine.js'
import { aSessionEvent } from '../../given.js'

const anEvent = (number: number) => aSessionEvent({}, { id: `msg_${number}` })

const unavailable = (reason: UnavailableReason) => new StoreUnavailable(reason, reason)

/**
 * A store whose readings fail as the script says: the n-th reading gives one page and then fails with
 * the n-th error. After the script, readings succeed.
 */
const givenStore = (script: ReadonlyArray<Error | undefined>) => {
  const engine = createMemoryEngine()
  const readings: number[] = []
  const failing: StoreEngine = {
    ...engine,
    pages: async function* (request) {
      const error = script[readings.push(performance.now()) - 1]
      for await (const page of engine.pages(request)) {
        yield page
        if (error !== undefined) throw error
      }
      if (error !== undefined) throw error
    },
  }
  return { store: createEventStore(failing, { now: Date.now, pollMilliseconds: 20 }), readings }
}

/** Follows a store, and collects what the follower gives and reports. */
const follow = (store: EventStore, from: FollowFrom = {}) => {
  const stop = new AbortController()
  const [ids, reports]: [string[], string[]] = [[], []]
  const ended = (async () => {
    const events = store.follow({
      onFailure: ({ reason }) => reports.push(reason),
      onRecovery: () => reports.push('recovered'),
      signal: stop.signal,
      ...from,
    })
    for await (const { event } of events) ids.push(event.id ?? '')
  })().then(
    () => 'ended',
    (error: unknown) => error,
  )
  return { ids, reports, ended, stop: stop.abort.bind(stop) }
}

describe('a follower', () => {
  it('a follower outlives every passing failure, and repeats and skips nothing', async () => {
    const { store } = givenStore([
      undefined,
      unavailable('unreachable'),
      unavailable('denied'),
      undefined,
      unavailable('busy'),
      unavailable('storage'),
    ])
    await store.record([anEvent(0), anEvent(1)])
    const { ids, reports, ended, stop } = follow(store)
    for (let number = 2; number < 12; number++) {
      await store.record([anEvent(number)])
      await delay(100)
    }
    await expect.poll(() => ids.length).toBe(12)
    expect(ids).toEqual(Array.from({ length: 12 }, (_, number) => `msg_${number}`))
    expect(reports.filter((report) => report !== 'recovered')).toEqual([
      ...['unreachable', 'denied', 'busy', 'storage'],
    ])
    expect(reports.at(-1)).toBe('recovered')
    stop()
    expect(await ended).toBe('ended')
  })

  it('a follower waits longer after each failure, from 100 ms on, and a wake-up ends a longer wait', async () => {
    const { store, readings } = givenStore(Array(5).fill(unavailable('unreachable')))
    const { reports, stop, ended } = follow(store)
    await expect.poll(() => readings.length, { timeout: 3000 }).toBe(5)
    const pauses = readings.slice(1).map((at, index) => at - (readings[index] ?? 0))
    for (const [index, least] of [100, 200, 400, 800].entries()) {
      expect(pauses[index]).toBeGreaterThan(least - 5)
      expect(pauses[index]).toBeLessThan(least + 250)
    }
    // The fifth failure would wait for 1,600 ms.
    await delay(100)
    await store.record([anEvent(1)])
    await expect.poll(() => reports.at(-1), { timeout: 500 }).toBe('recovered')
    stop()
    await ended
  })

  it.each([
    ...(['closed', 'missing', 'foreign', 'newer'] as const).map((reason) => ({
      name: `a store that is ${reason}`,
      error: unavailable(reason),
    })),
    { name: 'a damaged record', error: new CorruptRecord('7') },
    { name: 'a position of another life', error: new ForeignPosition() },
    { name: 'a defect', error: new TypeError('a defect') },
  ])('a follower ends at $name, because no waiting mends it', async ({ error }) => {
    const { store } = givenStore([error])
    const { ended, reports } = follow(store)
    expect(await ended).toBe(error)
    expect(reports).toEqual([])
  })

  it.each([
    {
      name: 'its signal',
      end: (stop: () => void) => {
        stop()
        return Promise.resolve()
      },
    },
    { name: 'the store being closed', end: (_: () => void, store: EventStore) => store.close() },
  ])('a follower that waits after a failure ends soon after $name', async ({ end }) => {
    const { store, readings } = givenStore(Array(9).fill(unavailable('unreachable')))
    const { stop, ended } = follow(store)
    await expect.poll(() => readings.length, { timeout: 3000 }).toBe(4)
    const started = performance.now()
    await end(stop, store)
    expect(await ended).toBe('ended')
    expect(performance.now() - started).toBeLessThan(300)
  })
})
