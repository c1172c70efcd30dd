import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSessionEvent, MINUTE, T0 } from '../given.js'
import { aHandler, ask } from './given.js'

it('a question about a moment before the horizon is answered 422 with a code of its own', async () => {
  const store = openMemoryStore({ now: () => T0 })
  const clients = openClients({ store })
  await clients.record(aSessionEvent({}))
  await store.compact(T0 + MINUTE)
  const handler = aHandler(clients)
  for (const path of ['clients', 'clients/client_1', 'sessions', 'sessions/sess_1']) {
    const below = await ask(handler, `/v1/${path}?as_of=${T0}`)
    expect(below.status).toBe(422)
    expect(below.json).toEqual({
      errors: [
        {
          code: 'moment_before_horizon',
          message: 'the moment is before the horizon',
          long_message:
            'The events before 2024-05-28T08:01:00.000Z were compacted. Ask for that moment or a later one with as_of and known_at.',
        },
      ],
    })
    expect((await ask(handler, `/v1/${path}?known_at=${T0}`)).status).toBe(422)
    expect((await ask(handler, `/v1/${path}?as_of=${T0 + MINUTE}`)).status).toBe(200)
    expect((await ask(handler, `/v1/${path}`)).status).toBe(200)
  }
})
