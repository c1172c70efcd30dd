import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { eventText } from '../../src/events/encode-event.js'
import { aSessionEvent } from '../given.js'
import { AUTHORIZATION, delivery, SIGNING_SECRET } from '../http/given.js'
import { folderWith, linesOf, until } from './given/folder.js'
import { startServer } from './given/server.js'

const BODY = eventText(aSessionEvent())

const deliver = async (url: string, id: string): Promise<number> => {
  const request = delivery(id, BODY, { at: Date.now(), secret: SIGNING_SECRET })
  return (await fetch(`${url}/webhooks/clerk`, request)).status
}

it('serve acknowledges nothing while its SQLite file is moved, is not healthy, and says why', async () => {
  const folder = await folderWith()
  const { url, kill, ended } = await startServer(folder)
  const statusOf = async (path: string): Promise<number> =>
    (await fetch(`${url}${path}`, { headers: AUTHORIZATION })).status
  expect(await deliver(url, 'msg_1')).toBe(200)
  expect(await statusOf('/healthz')).toBe(200)
  const path = join(folder.path, 'clients.db')
  await rename(path, `${path}.old`)
  expect(await deliver(url, 'msg_2')).toBe(503)
  expect(await statusOf('/healthz')).toBe(503)
  await until(async () => (await statusOf('/v1/clients/client_1?at=2024-05-29')) === 503)

  await rename(`${path}.old`, path)
  expect(await deliver(url, 'msg_2')).toBe(200)
  expect(await statusOf('/healthz')).toBe(200)
  kill('SIGTERM')
  const { code, stdout } = await ended
  expect(code).toBe(0)
  const failures = linesOf(stdout)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ status }) => status === 503)
  expect(failures.length).toBeGreaterThanOrEqual(3)
  for (const failure of failures) {
    expect(failure).toMatchObject({ error: 'StoreUnavailable', reason: 'moved', store: 'sqlite' })
  }
})
