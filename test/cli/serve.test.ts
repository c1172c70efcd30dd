import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { eventText } from '../../src/events/encode-event.js'
import { aSessionEvent } from '../given.js'
import { AUTHORIZATION, delivery, SECRET_KEY, signed, SIGNING_SECRET } from '../http/given.js'
import { linesOf } from './given-store.js'
import { folderWith } from './run-cli.js'
import { SECRETS, serving } from './serving.js'

const BODY = eventText(
  aSessionEvent({ id: 'sess_canary', user_id: 'user_canary', client_id: 'client_canary' }),
)

const deliver = (url: string, id: string, body = BODY, secret = SIGNING_SECRET) =>
  fetch(`${url}/webhooks/clerk`, delivery(id, body, { at: Date.now(), secret }))

describe.concurrent('clientfold serve', () => {
  it('receives, answers, logs what it answered, and ends at a signal', async () => {
    const folder = await folderWith()
    const { url, kill, ended } = await serving(folder)
    expect((await deliver(url, 'msg_canary')).status).toBe(200)
    const read = async (path: string) => fetch(`${url}${path}`, { headers: AUTHORIZATION })
    expect(await (await read('/v1/clients/client_canary?at=2024-05-29')).json()).toMatchObject({
      last_active_session_id: 'sess_canary',
    })
    expect((await read('/v1/sessions?user_id=user_canary&status=active')).status).toBe(200)
    expect((await fetch(`${url}/v1/clients?canary`)).status).toBe(401)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    kill('SIGTERM')

    const { code, stdout, stderr } = await ended
    expect(code).toBe(0)
    expect(stderr).toBe(
      `listening on ${url}: POST /webhooks/clerk, GET /v1/clients, GET /v1/sessions, GET /healthz\n`,
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
    // What was acknowledged is there.
    expect((await folder.run(['show', 'client_canary'])).code).toBe(0)
  })

  it('answers what was asked before the signal, and takes nothing after it', async () => {
    const { url, kill, ended } = await serving(await folderWith())
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
    await expect
      .poll(
        () =>
          fetch(`${url}/healthz`).then(
            () => 'open',
            () => 'closed',
          ),
        { timeout: 5000 },
      )
      .toBe('closed')
    sent.end(BODY.slice(10))
    expect(await status).toBe(200)
    expect(await ended).toMatchObject({ code: 0 })
  })

  it('ends at once at the second signal', async () => {
    const { url, kill, ended } = await serving(await folderWith())
    const sent = request(`${url}/webhooks/clerk`, { method: 'POST' })
    sent.on('error', () => undefined)
    sent.write('x')
    await new Promise((resolve) => setTimeout(resolve, 100))
    kill('SIGTERM')
    await expect
      .poll(
        () =>
          fetch(`${url}/healthz`).then(
            () => 'open',
            () => 'closed',
          ),
        { timeout: 5000 },
      )
      .toBe('closed')
    kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 143 })
  })

  it('takes several signing secrets, and serves only what has a secret', async () => {
    const other = `whsec_${'Y'.repeat(32)}`
    const receiving = await serving(await folderWith(), [], {
      CLERK_WEBHOOK_SIGNING_SECRET: ` ${other}  ${SIGNING_SECRET} `,
      CLIENTFOLD_SECRET_KEY: '',
    })
    expect((await deliver(receiving.url, 'msg_1')).status).toBe(200)
    expect((await deliver(receiving.url, 'msg_2', BODY, other)).status).toBe(200)
    const { status } = await fetch(`${receiving.url}/v1/clients`, { headers: AUTHORIZATION })
    expect(status).toBe(404)
    receiving.kill('SIGTERM')

    const reading = await serving(await folderWith(), [], { CLIENTFOLD_SECRET_KEY: SECRET_KEY })
    expect((await deliver(reading.url, 'msg_1')).status).toBe(404)
    expect((await fetch(`${reading.url}/v1/clients`, { headers: AUTHORIZATION })).status).toBe(200)
    reading.kill('SIGTERM')
    expect((await reading.ended).stderr).toMatch(/: GET \/v1\/clients, [^P]*\n$/)
  })

  it('cuts off whoever sends too slowly', { timeout: 40_000 }, async () => {
    const { url, kill, ended } = await serving(await folderWith())
    const sent = request(`${url}/webhooks/clerk`, {
      method: 'POST',
      headers: { 'content-length': '1000' },
    })
    const started = Date.now()
    const over = new Promise<void>((resolve) => {
      sent.on('close', resolve)
      sent.on('error', () => undefined)
    })
    const drip = setInterval(() => sent.write(' '), 200)
    await over
    clearInterval(drip)
    expect(Date.now() - started).toBeLessThan(25_000)
    kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 0 })
  })
})

describe.concurrent('one sentence says', () => {
  const failed = (sentence: string) => ({
    code: 2,
    stdout: '',
    stderr: `clientfold: ${sentence}\n`,
  })
  const NONE = { CLERK_WEBHOOK_SIGNING_SECRET: ' ', CLIENTFOLD_SECRET_KEY: '' }

  it('that no secret is set, before a store is made', async () => {
    const folder = await folderWith()
    expect(await folder.run(['serve'], { env: NONE })).toEqual(
      failed(
        'set CLERK_WEBHOOK_SIGNING_SECRET to receive webhooks, CLIENTFOLD_SECRET_KEY to be read from, or both',
      ),
    )
    expect(await folder.names()).toEqual([])
  })

  it.each([
    ['CLERK_WEBHOOK_SIGNING_SECRET', 'canary'],
    ['CLERK_WEBHOOK_SIGNING_SECRET', 'whsec_canary'],
    ['CLIENTFOLD_SECRET_KEY', 'two canaries'],
  ])('that %s is none, and does not show it', async (name, secret) => {
    const env = { ...NONE, [name]: secret }
    const ended = await (await folderWith()).run(['serve', '--port', '0'], { env })
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toMatch(/^clientfold: [^\n]* secret [^\n]*\n$/)
    expect(ended.stderr).not.toContain('canar')
  })

  it('that a port is in use', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    const ended = await (
      await folderWith()
    ).run(['serve', '--port', String(port)], { env: SECRETS })
    taken.close()
    expect(ended).toEqual(failed(`port ${port} on 127.0.0.1 is in use: choose another port`))
  })

  it.each(['-1', '65536', 'http', '80.5', '', '1e3'])('that %j is no port', async (port) => {
    const ended = await (await folderWith()).run(['serve', `--port=${port}`], { env: SECRETS })
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('Expected a port from 0 (any that is free) to 65535.')
  })

  it('that a host is none of this machine', async () => {
    const args = ['serve', '--port', '0', '--host', '192.0.2.1']
    const ended = await (await folderWith()).run(args, { env: SECRETS })
    expect(ended).toEqual(failed('cannot listen on port 0 of 192.0.2.1: check the host'))
  })
})
