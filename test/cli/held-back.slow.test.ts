import { expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { folderWith, linesOf } from './given/folder.js'
import { SECRETS, startServer } from './given/server.js'

describeWithPostgres('PostgreSQL', (server) => {
  it('follow, health and the log of serve name the transaction for which events wait', async () => {
    const folder = await folderWith({ log: logOf(eventLine({ client_id: 'client_canary' })) })
    const store = server().url(await server().newDatabase())
    const env = { ...SECRETS, CLIENTFOLD_STORE: store }
    const elsewhere = await server().newDatabase()
    const serve = await startServer(folder, [], env)
    let log = ''
    serve.child.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()))
    const blocking = await server().connect(elsewhere)
    await blocking.query('begin')
    const { rows } = await blocking.query<{ pid: number }>(
      'select pg_backend_pid() as pid, pg_current_xact_id()',
    )
    const pid = rows[0]?.pid
    expect((await folder.run(['import', 'log'], { env })).code).toBe(0)
    const following = folder.start(['follow', '--from-start'], env)
    let [output, reports] = ['', '']
    following.child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    following.child.stderr?.on('data', (chunk: Buffer) => (reports += chunk.toString()))

    const patience = { timeout: 20_000 }
    await expect
      .poll(() => reports, patience)
      .toMatch(
        new RegExp(
          `^events wait for the open transaction of the process ${pid} in the database ${elsewhere}, which began \\d+ s ago; select pg_terminate_backend\\(${pid}\\) ends it\\n$`,
        ),
      )
    expect(output).toBe('')
    const health = await fetch(`${serve.url}/healthz`)
    expect(health.status).toBe(200)
    expect(await health.json()).toMatchObject({
      status: 'ok',
      followers_held_back_by: { pid, database: elsewhere },
    })

    await blocking.query('commit')
    await expect.poll(() => output, patience).toContain('client_canary')
    await expect
      .poll(() => reports, patience)
      .toMatch(/\nno transaction holds back events any more\n$/)
    following.child.kill('SIGINT')
    await following.ended
    await expect.poll(() => log, patience).toContain('followers-free')
    serve.kill('SIGTERM')
    const { stdout } = await serve.ended
    const lines = linesOf(stdout).map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines).toContainEqual({
      time: expect.any(String) as string,
      outcome: 'followers-held-back',
      held_back_by: { pid, database: elsewhere, milliseconds: expect.any(Number) as number },
    })
    expect(stdout + reports).not.toContain('canary')
    await blocking.end()
  })
})
