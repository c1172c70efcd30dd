import { describe, expect, it } from 'vitest'
import { TooManyQuestions } from '../../src/clients/too-many-questions.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSessionEvent, MINUTE, T0 } from '../given.js'
import { givenClients, idsOf, THREE_CLIENTS } from './given.js'

/** Clients over a store that counts how often, and how often at the same time, the whole log is read. */
const givenCounted = async () => {
  const store = openMemoryStore()
  let [readings, atOnce, most] = [0, 0, 0]
  const clients = await givenClients({
    events: THREE_CLIENTS,
    store: {
      ...store,
      readAll: async function* (from) {
        readings += 1
        most = Math.max(most, ++atOnce)
        await new Promise((resolve) => setTimeout(resolve, 5))
        yield* store.readAll(from)
        atOnce -= 1
      },
    },
  })
  return { clients, readings: () => readings, mostAtOnce: () => most }
}

const moments = (count: number) => Array.from({ length: count }, (_, index) => T0 + index)

describe('lists as of other moments', () => {
  it('of forty lists as of forty moments, one is folded at a time, a few wait and the others are refused', async () => {
    const { clients, readings, mostAtOnce } = await givenCounted()
    const answers = await Promise.allSettled(moments(40).map((asOf) => clients.list({ asOf })))
    const answered = answers.filter(({ status }) => status === 'fulfilled')
    expect(answered).toHaveLength(5)
    expect([readings(), mostAtOnce()]).toEqual([5, 1])
    for (const answer of answers) {
      if (answer.status === 'fulfilled') continue
      expect(answer.reason).toBeInstanceOf(TooManyQuestions)
      expect((answer.reason as TooManyQuestions).retryAfterSeconds).toBeGreaterThanOrEqual(1)
    }
    // There is room again.
    expect(idsOf(await clients.list({ asOf: T0 }))).toEqual(['c', 'b', 'a'])
  })

  it('forty lists with one moment share one fold, and one more that began before the others came', async () => {
    const { clients, readings, mostAtOnce } = await givenCounted()
    const first = clients.list({ asOf: T0 + MINUTE })
    await new Promise((resolve) => setTimeout(resolve, 1))
    const others = Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0
        ? clients.list({ asOf: T0 + MINUTE, limit: index })
        : clients.sessions({ asOf: T0 + MINUTE }),
    )
    expect(await Promise.all([first, ...others])).toHaveLength(41)
    expect([readings(), mostAtOnce()]).toEqual([2, 1])
  })

  it('a list includes what was recorded before the question, also while another one is folded', async () => {
    const { clients } = await givenCounted()
    const asOf = T0 + MINUTE
    const first = clients.list({ asOf })
    await new Promise((resolve) => setTimeout(resolve, 8))
    await clients.record(aSessionEvent({ id: 'sess_9', client_id: 'z', created_at: T0 }))
    expect(idsOf(await clients.list({ asOf }))).toContain('z')
    await first
  })

  it('a fold that fails fails its own lists only', async () => {
    const store = openMemoryStore()
    let isDown = true
    const clients = await givenClients({
      events: THREE_CLIENTS,
      store: {
        ...store,
        readAll: async function* (from) {
          if (isDown) throw new Error('down')
          yield* store.readAll(from)
        },
      },
    })
    const answers = await Promise.allSettled([
      clients.list({ asOf: T0 }),
      clients.list({ asOf: T0 }),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    isDown = false
    expect(idsOf(await clients.list({ asOf: T0 }))).toEqual(['c', 'b', 'a'])
  })

  it('the first list and a list of another moment leave the event loop to others meanwhile', async () => {
    const events = Array.from({ length: 5000 }, (_, index) =>
      aSessionEvent({ id: `sess_${index}`, client_id: `client_${index}` }),
    )
    const clients = await givenClients({ events })
    for (const query of [{}, { asOf: T0 + MINUTE }]) {
      let turns = 0
      const timer = setInterval(() => (turns += 1), 1)
      expect((await clients.list({ ...query, limit: 1 })).totalCount).toBe(5000)
      clearInterval(timer)
      expect(turns).toBeGreaterThan(3)
    }
  })
})
