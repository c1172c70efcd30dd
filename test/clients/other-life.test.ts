import { expect, it } from 'vitest'
import { ForeignPosition } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSessionEvent } from '../given.js'
import { givenClients, idsOf, THREE_CLIENTS } from './given.js'

it('lists begin again by themselves where the store has another life than before', async () => {
  // A restored backup: it lacks the last client, and refuses positions of before.
  const [before, restored] = [openMemoryStore(), openMemoryStore()]
  await before.record(THREE_CLIENTS)
  await restored.record([...THREE_CLIENTS.slice(0, 2), aSessionEvent({ client_id: 'd', id: 'd' })])
  let isRestored = false
  const clients = await givenClients({
    store: {
      ...before,
      logEnd: async () =>
        isRestored ? { position: 'restored', marker: 'restored' } : before.logEnd(),
      readAll: async function* (from = {}) {
        if (!isRestored) yield* before.readAll(from)
        else if (from.after === undefined) yield* restored.readAll()
        else if (from.after !== 'restored') throw new ForeignPosition()
      },
    },
  })
  expect(idsOf(await clients.list())).toEqual(['c', 'b', 'a'])
  isRestored = true
  expect(idsOf(await clients.list())).toEqual(['b', 'd', 'a'])
  expect(idsOf(await clients.list())).toEqual(['b', 'd', 'a'])
})
