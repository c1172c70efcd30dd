import { expect, it } from 'vitest'
import { aSessionEvent } from '../given.js'
import { aHandler, ask, inMemory } from './given.js'

const PATH = '/v1/contested_sessions'

const claim = (id: string, client_id: string) => aSessionEvent({ id, client_id })

it('the sessions that several clients claim are answered, as long as more than one does', async () => {
  const clients = inMemory()
  const handler = aHandler(clients)
  expect((await ask(handler, PATH)).json).toEqual([])
  await clients.record([
    ...[claim('sess_1', 'client_1'), claim('sess_1', 'client_2'), claim('sess_1', 'client_3')],
    ...[claim('sess_2', 'client_1'), claim('sess_3', 'client_2')],
  ])
  expect(await ask(handler, PATH)).toMatchObject({ status: 200, json: ['sess_1'] })
  await clients.eraseClient('client_1')
  expect((await ask(handler, PATH)).json).toEqual(['sess_1'])
  await clients.eraseClient('client_2')
  expect((await ask(handler, PATH)).json).toEqual([])
})

it('the sessions that several clients claim are for readers with the secret key, and have no parameters', async () => {
  const handler = aHandler(inMemory())
  expect((await ask(handler, PATH, {})).status).toBe(401)
  const { status, text } = await ask(handler, `${PATH}?limit=1`)
  expect(status).toBe(422)
  expect(text).toContain('It understands none.')
})
