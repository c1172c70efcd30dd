import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { eventText } from '../../src/events/encode-event.js'
import { aSessionEvent } from '../given.js'
import { AUTHORIZATION, delivery, SECRET_KEY, signed, SIGNING_SECRET } from '../http/given.js'
import { failedWith, folderWith, linesOf, until } from './given/folder.js'
import { SECRETS, startServer } from './given/server.js'

const BODY = eventText(
  aSessionEvent({ id: 'sess_canary', user_id: 'user_canary', client_id: 'client_canary' }),
)

const NO_SECRETS = { CLERK_WEBHOOK_SIGNING_SECRET: ' ', CLIENTFOLD_SECRET_KEY: '' }

const deliver = (url: string, id: string, body = BODY, secret = SIGNING_SECRET) =>
  fetch(`${url}/webhooks/clerk`, delivery(id, body, { at: Date.now(), secret }))

/** Waits until the server accepts no connection any more. */
const untilClosed = (url: string): Promise<void> =>
  until(() =>
    fetch(`${url}/healthz`).then(
      () => false,
      () => true,
    ),
  )

it('serve receives webhooks, answers readers, logs each request and ends at a signal', async () => {
  const folder = await folderWith()
  const { url, kill, ended } = await startServer(folder)
  expect((await deliver(url, 'msg_canary')).status).toBe(200)
  const read = async (path: string) => fetch(`${url}${path}`, { headers: AUTHORIZATION })
  expect(await (await read('/v1/clients/client_canary?at=2024-05-29')).json()).toMatchObject({
    last_active_session_id: 'sess_canary',
  })
  expect((await read('/v1/sessions?user_id=user_canary')).status).toBe(200)
  expect((await fetch(`${url}/v1/clients?canary`)).status).toBe(401)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  kill('SIGTERM')

  const { code, stdout, stderr } = await ended
  expect(code).toBe(0)
  expect(stderr).toBe(
    `listening on ${url}: POST /webhooks/clerk, GET /v1/clients, GET /v1/sessions, GET /v1/changes, GET /healthz\n`,
  )
  const logged = linesOf(stdout).map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(
    logged.map(({ method, route, status, outcome }) => [method, route, status, outcome]),
  ).toEqual([
    ['POST', '/webhooks/clerk', 200, 'recorded'],
    ['GET', '/v1/clients/{id}', 200, 'ok'],
    ['GET', '/v1/sessions', 200, 'ok'],
    ['GET', '/v1/clients', 401, 'unauthorized'],
    ['GET', '/healthz', 200, 'ok'],
  ])
  for (const { time, milliseconds } of logged) {
    expect(Date.now() - Date.parse(String(time))).toBeLessThan(60_000)
    expect(milliseconds).toBeGreaterThanOrEqual(0)
  }
  for (const secret of [/canary/i, SECRET_KEY, SIGNING_SECRET]) expect(stdout).not.toMatch(secret)
  // An acknowledged event is stored.
  expect((await folder.run(['show', 'client_canary'])).code).toBe(0)
})

it('serve answers requests that began before the signal, and accepts none after it', async () => {
  const { url, kill, ended } = await startServer(await folderWith())
  const sent = request(`${url}/webhooks/clerk`, {
    method: 'POST',
    headers: { ...signed('msg_1', BODY, { at: Date.now() }), 'content-length': BODY.length },
  })
  const status = new Promise((resolve, reject) => {
    sent.on('response', (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject)
  })
  sent.write(BODY.slice(0, 10))
  await new Promise((resolve) => setTimeout(resolve, 100))
  kill('SIGINT')
  await untilClosed(url)
  sent.end(BODY.slice(10))
  expect(await status).toBe(200)
  expect(await ended).toMatchObject({ code: 0 })
})

it('serve ends at once at the second signal', async () => {
  const { url, kill, ended } = await startServer(await folderWith())
  const sent = request(`${url}/webhooks/clerk`, {
    method: 'POST',
    headers: { ...signed('msg_1', BODY, { at: Date.now() }), 'content-length': BODY.length },
  })
  sent.on('error', () => undefined)
  sent.write('x')
  await new Promise((resolve) => setTimeout(resolve, 100))
  kill('SIGTERM')
  await untilClosed(url)
  kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 143 })
})

it('serve accepts several signing secrets, and has no endpoint without its secret', async () => {
  const other = `whsec_${'Y'.repeat(32)}`
  const receiving = await startServer(await folderWith(), [], {
    CLERK_WEBHOOK_SIGNING_SECRET: ` ${other}  ${SIGNING_SECRET} `,
    CLIENTFOLD_SECRET_KEY: '',
  })
  expect((await deliver(receiving.url, 'msg_1')).status).toBe(200)
  expect((await deliver(receiving.url, 'msg_2', BODY, other)).status).toBe(200)
  const { status } = await fetch(`${receiving.url}/v1/clients`, { headers: AUTHORIZATION })
  expect(status).toBe(404)
  receiving.kill('SIGTERM')

  const reading = await startServer(await folderWith(), [], { CLIENTFOLD_SECRET_KEY: SECRET_KEY })
  expect((await deliver(reading.url, 'msg_1')).status).toBe(404)
  expect((await fetch(`${reading.url}/v1/clients`, { headers: AUTHORIZATION })).status).toBe(200)
  reading.kill('SIGTERM')
  expect((await reading.ended).stderr).toMatch(/: GET \/v1\/clients, [^P]*\n$/)
})

it('serve without --create refuses a store that does not exist, and names its path', async () => {
  const folder = await folderWith()
  const args = ['serve', '--port', '0', '--store', 'sqlite:clinets.db']
  expect(await folder.run(args, { env: SECRETS })).toEqual(
    failedWith(
      'the SQLite file clinets.db does not exist; check --store, or create the store with clientfold import or clientfold serve --create',
    ),
  )
  expect(await folder.names()).toEqual([])
})

it('serve ends before it creates a store if no secret is set', async () => {
  const folder = await folderWith()
  const ended = await folder.run(['serve'], { env: NO_SECRETS })
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toMatch(/^clientfold: no secret is set: [^\n]+\n$/)
  expect(await folder.names()).toEqual([])
})

it.each([
  { name: 'CLERK_WEBHOOK_SIGNING_SECRET', secret: 'canary' },
  { name: 'CLERK_WEBHOOK_SIGNING_SECRET', secret: 'whsec_canary' },
  { name: 'CLIENTFOLD_SECRET_KEY', secret: 'two canaries' },
])('serve refuses an invalid $name in one sentence that does not show it', async (row) => {
  const env = { ...NO_SECRETS, [row.name]: row.secret }
  const ended = await (await folderWith()).run(['serve', '--create', '--port', '0'], { env })
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toMatch(/^clientfold: [^\n]* secret [^\n]*\n$/)
  expect(ended.stderr).not.toContain('canar')
})

it('serve names the port that is in use', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const ended = await (
    await folderWith()
  ).run(['serve', '--create', '--port', String(port)], {
    env: SECRETS,
  })
  other.close()
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toMatch(
    new RegExp(
      `^clientfold: [^\\n]*port ${port} [^\\n]*127\\.0\\.0\\.1[^\\n]*\\bin use\\b[^\\n]*\\n$`,
    ),
  )
})

it('serve names the host on which it cannot listen', async () => {
  const args = ['serve', '--create', '--port', '0', '--host', '192.0.2.1']
  const ended = await (await folderWith()).run(args, { env: SECRETS })
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toMatch(/^clientfold: cannot listen [^\n]*192\.0\.2\.1[^\n]*\n$/)
})
