import { expect, it } from 'vitest'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { summary, writeLogs } from './given/store.js'
import { folderWith, linesOf } from './given/folder.js'

describeWithPostgres('PostgreSQL', (server) => {
  it('import, export, show, history and erase work on a PostgreSQL store as on any other', async () => {
    const folder = await folderWith()
    await writeLogs(folder, 600, 20)
    const env = { CLIENTFOLD_STORE: server().url(await server().newDatabase()) }
    const first = await folder.run(['import', 'observed'], { env })
    expect(first).toMatchObject({ code: 0, stderr: '' })
    const again = await folder.run(['import', 'observed'], { env })
    expect(again.stdout).toBe(summary({ duplicates: 620 }))

    await folder.run(['export', '--out', 'exported'], { env })
    const clients = (await folder.run(['replay', 'observed'])).stdout
    expect((await folder.run(['replay', 'exported'])).stdout).toBe(clients)

    const client = JSON.parse(linesOf(clients)[0] ?? '') as { readonly id: string }
    const shown = await folder.run(['show', client.id, '--at', 'recorded'], { env })
    expect(JSON.parse(shown.stdout)).toEqual(client)
    expect(await folder.run(['history', client.id], { env })).toMatchObject({ code: 0, stderr: '' })

    expect(await folder.run(['erase', '--client', client.id], { env })).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect((await folder.run(['export'], { env })).stdout).not.toContain(client.id)
  })

  it('a command that finds no store says so in one sentence, and leaves the database empty', async () => {
    const folder = await folderWith()
    const database = await server().newDatabase()
    const env = { CLIENTFOLD_STORE: server().url(database) }
    const [show, history] = ['show', 'history'].map((name) => [name, 'client_1'])
    const erase = ['erase', '--client', 'client_1']
    for (const args of [['export'], ['follow'], ['scrub'], show, history, erase]) {
      const { code, stdout, stderr } = await folder.run(args ?? [], { env })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^clientfold: [^\n]*schema clientfold [^\n]*\n$/)
      expect(stderr).toContain(
        '; check --store, or create the store with clientfold import or clientfold serve --create\n',
      )
    }
    const client = await server().connect(database)
    const { rows } = await client.query('select from pg_namespace where nspname = $1', [
      'clientfold',
    ])
    await client.end()
    expect(rows).toEqual([])
  })

  it('a command says in one sentence that the database or the password is wrong', async () => {
    const folder = await folderWith()
    await server().run('postgres', `create role guest login password 'right'`)
    await server().askPassword('guest')
    for (const url of [server().url('nowhere'), server().url('postgres', 'guest', 'wr0ng')]) {
      const { code, stdout, stderr } = await folder.run(['export', '--store', url])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^clientfold: [^\n]+\n$/)
      expect(stderr).not.toContain('wr0ng')
    }
  })
})
