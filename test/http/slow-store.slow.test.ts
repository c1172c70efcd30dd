import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { eventText } from '../../src/events/encode-event.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSessionEvent } from '../given.js'
import { aHandler, ask, delivery } from './given.js'

it('a delivery to a store that does not answer is answered 503 before its sender gives up', async () => {
  const store = { ...openMemoryStore(), record: () => new Promise<never>(() => undefined) }
  const handler = aHandler(openClients({ store }))
  const started = performance.now()
  const { status } = await ask(
    handler,
    '/webhooks/clerk',
    delivery('msg_1', eventText(aSessionEvent())),
  )
  expect(status).toBe(503)
  expect(performance.now() - started).toBeLessThan(12_000)
  expect(handler.logged).toMatchObject([{ error: 'StoreUnavailable', reason: 'busy' }])
}, 20_000)
