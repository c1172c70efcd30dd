import { describe, expect, it } from 'vitest'
import { aSessionEvent } from '../given.js'
import { aHandler, ask, inMemory, someClients } from './given.js'

const handler = aHandler(await someClients())
const read = (path: string) => ask(handler, path)

describe('an id', () => {
  it.each([
    { name: 'NUL', id: '%00' },
    { name: 'a NUL between letters', id: 'a%00b' },
    { name: 'a letter beyond the basic plane', id: '%F0%9F%A6%80' },
    { name: 'a percent sign alone', id: '%' },
    { name: 'a broken escape', id: '%zz' },
    { name: 'broken UTF-8', id: '%E0%A4' },
    { name: 'steps upwards', id: '..%2F..%2Fetc' },
    { name: '4,000 letters', id: 'x'.repeat(4000) },
  ])('an id that no object has can be any text: $name', async ({ id }) => {
    expect((await read(`/v1/clients/${id}`)).status).toBe(404)
    expect((await read(`/v1/sessions/${id}`)).status).toBe(404)
    expect((await read(`/v1/sessions?client_id=${id}&user_id=${id}`)).json).toEqual([])
  })

  it.each(['a b', 'a/b', 'a%2Fb', '🦀\u0000', '%', 'ä?#&=', ':id'])(
    'an id that a client has can be any text: %j',
    async (id) => {
      const ownClients = inMemory()
      await ownClients.record(aSessionEvent({ client_id: id }))
      const path = `/v1/clients/${encodeURIComponent(id)}`
      expect((await ask(aHandler(ownClients), path)).json).toMatchObject({ id })
    },
  )
})
