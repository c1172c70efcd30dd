import { request } from 'node:http'
import { expect, it } from 'vitest'
import { signed } from '../http/given.js'
import { folderWith } from './given/folder.js'
import { startServer } from './given/server.js'

it('the server cuts off a sender that sends too slowly', { timeout: 40_000 }, async () => {
  const { url, kill, ended } = await startServer(await folderWith())
  const sender = request(`${url}/webhooks/clerk`, {
    method: 'POST',
    headers: { 'content-length': '1000', ...signed('msg_1', '', { at: Date.now() }) },
  })
  const startedAt = Date.now()
  const closed = new Promise<void>((resolve) => {
    sender.on('close', resolve)
    sender.on('error', () => undefined)
  })
  const drip = setInterval(() => sender.write(' '), 200)
  await closed
  clearInterval(drip)
  expect(Date.now() - startedAt).toBeLessThan(25_000)
  kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0 })
})
