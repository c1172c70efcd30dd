import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startErasureTimer, type ErasureReport } from '../../src/cli/erasure-timer.js'
import { openClients } from '../../src/clients/clients.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'

/** Clients with a due user. Their first erasures fail, and each one takes some time. */
const givenClients = async (failures: number, milliseconds: number) => {
  const store = openMemoryStore()
  await store.pendingErasures.schedule('user_1', 1)
  const seen = { calls: 0, running: 0, most: 0 }
  const clients = openClients({
    store: {
      ...store,
      eraseUser: async (userId) => {
        seen.calls += 1
        seen.running += 1
        seen.most = Math.max(seen.most, seen.running)
        await delay(milliseconds)
        seen.running -= 1
        if (seen.calls <= failures) throw new StoreUnavailable('busy', 'the store is busy')
        return store.eraseUser(userId)
      },
    },
  })
  return { clients, seen }
}

it('the timer erases what is due at its start, and reports a failure and tries again', async () => {
  const { clients } = await givenClients(1, 0)
  const reports: ErasureReport[] = []
  const stop = startErasureTimer(clients, 0, (report) => reports.push(report))
  await expect.poll(() => reports.length, { timeout: 10_000 }).toBe(2)
  stop()
  expect(reports).toMatchObject([{ failure: { reason: 'busy' } }, { users: 1 }])
})

it('the timer does one run at a time, and reports nothing after its end', async () => {
  const { clients, seen } = await givenClients(2, 1200)
  const reports: ErasureReport[] = []
  const stop = startErasureTimer(clients, 0, (report) => reports.push(report))
  await expect.poll(() => seen.calls, { timeout: 10_000 }).toBe(2)
  stop()
  await expect.poll(() => seen.running, { timeout: 10_000 }).toBe(0)
  expect(seen.most).toBe(1)
  expect(reports).toHaveLength(1)
})
