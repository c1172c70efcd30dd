import { describe, expect, it } from 'vitest'
import { handlerOf } from '../testing/handlers/plain-handler.js'
import { SECRET, signedHandler } from '../testing/handlers/signed-handler.js'
import { WRONG_HANDLERS } from '../testing/handlers/wrong-handlers.js'
import { folderWith, type Ended } from './given/folder.js'
import { startWebhookServer, type WebhookServer } from './given/webhook-server.js'

const RUNS = ['--runs', '15', '--seed', '1']

const tortureOf = async (
  { url, read }: WebhookServer,
  secret = '',
  folder = folderWith(),
): Promise<Ended> =>
  (await folder).run(['torture', '--url', url, '--read', read, ...RUNS], {
    env: { CLERK_WEBHOOK_SIGNING_SECRET: secret },
  })

describe('torture', () => {
  it('a correct server in another process breaks no law', async () => {
    const server = await startWebhookServer(signedHandler())
    const folder = await folderWith()
    // Two secrets, as during a rotation.
    const secrets = `${SECRET} whsec_d3Jvbmc=`
    const { code, stdout, stderr } = await tortureOf(server, secrets, Promise.resolve(folder))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^\n0 laws broken, 16 laws held; the seed was 1\nnot measured: /)
    expect(await folder.names()).toEqual([])
  })

  it('a failure is printed with curl lines, kept, and tried first in the next run', async () => {
    const folder = folderWith()
    const wrong = await startWebhookServer(WRONG_HANDLERS['ignores revoked']!())
    const first = await tortureOf(wrong, '', folder)
    expect(first.code).toBe(1)
    expect(first.stdout).toContain('BROKEN: a session is listed until it is removed\n')
    expect(first.stdout).toContain(`curl -s -o /dev/null -w '%{http_code}\\n' '${wrong.url}'`)
    expect(first.stdout).toContain('the failures are in clientfold-torture.json')
    expect(await (await folder).names()).toEqual(['clientfold-torture.json'])

    const again = await tortureOf(wrong, '', folder)
    expect(again.code).toBe(1)
    expect(again.stdout).toMatch(/^FAILS {2}a session is listed until it is removed\n/m)

    const mended = await startWebhookServer(handlerOf())
    const last = await tortureOf(mended, '', folder)
    expect(last.stdout).toMatch(/^FIXED {2}a session is listed until it is removed\n/m)
    expect(last.stdout).not.toContain('FAILS')
    expect(last.code).toBe(0)
    expect(await (await folder).read('clientfold-torture.json')).toBe('[]\n')
  })

  it('without --read only the answers are checked', async () => {
    const { url } = await startWebhookServer(signedHandler({ unreadable: 500 }))
    const folder = await folderWith()
    const env = { CLERK_WEBHOOK_SIGNING_SECRET: SECRET }
    const { code, stdout } = await folder.run(['torture', '--url', url, ...RUNS], { env })
    expect(code).toBe(1)
    expect(stdout).toContain('answered without a failure')
    expect(stdout).toContain(
      'not measured: a removed session is never listed: the subject has no read',
    )
  })

  it('a wrong secret ends the command with a sentence about the harness', async () => {
    const server = await startWebhookServer(signedHandler())
    const { code, stdout, stderr } = await tortureOf(server, 'whsec_d3Jvbmc=')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(
      /^clientfold: Every delivery was answered with 4xx, .*the harness is broken/,
    )
  })
})
