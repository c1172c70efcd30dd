import { describe, expect, it } from 'vitest'
import { failedWith, folderWith } from './given/folder.js'
import { SECRETS, startServer } from './given/server.js'

describe('clientfold serve --inspect', () => {
  it('serves the inspector, which is off otherwise', async () => {
    const folder = await folderWith()
    const server = await startServer(folder, ['--inspect'])
    const page = await fetch(`${server.url}/inspect`)
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ])
    const script = await fetch(`${server.url}/inspect/inspector.js`)
    expect((await script.text()).length).toBeGreaterThan(10_000)
    server.kill('SIGTERM')
    expect((await server.ended).stderr).toContain('GET /inspect')

    const other = await startServer(folder)
    expect((await fetch(`${other.url}/inspect`)).status).toBe(404)
    other.kill('SIGTERM')
    await other.ended
  })

  it('needs a secret with which people sign in', async () => {
    const { CLERK_WEBHOOK_SIGNING_SECRET } = SECRETS
    const folder = await folderWith()
    const env = { CLERK_WEBHOOK_SIGNING_SECRET, CLIENTFOLD_SECRET_KEY: '' }
    expect(await folder.run(['serve', '--create', '--inspect'], { env })).toEqual(
      failedWith('--inspect needs a secret with which people sign in; set CLIENTFOLD_SECRET_KEY'),
    )
  })

  it('allows a retry only with the inspector', async () => {
    const folder = await folderWith()
    const { code, stderr } = await folder.run(['serve', '--create', '--inspect-retry'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('give --inspect too')])
  })
})
