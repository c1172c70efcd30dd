import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openJetStreamStore } from '../../src/stores/jetstream/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { anEvent, describeWithPostgres } from '../stores/postgres/given.js'
import { describeWithNats } from '../stores/jetstream/given.js'
import { folderWith, linesOf, type Folder } from './given/folder.js'
import { folderWithStore } from './given/store.js'

const LOG = logOf(eventLine({ id: 'sess_1' }, { id: 'msg_1' }))

interface Report {
  readonly must: number
  readonly findings: ReadonlyArray<{
    readonly of: string
    readonly topic: string
    readonly found: string
    readonly action: string | null
    readonly isUrgent: boolean
  }>
}

/** What the doctor says, with its exit code. */
const diagnose = async (folder: Folder, ...args: ReadonlyArray<string>) => {
  const { code, stdout, stderr } = await folder.run(['doctor', '--format', 'json', ...args])
  expect(stderr).toBe('')
  const report = JSON.parse(stdout) as Report
  expect(code).toBe(report.must === 0 ? 0 : 1)
  return {
    topics: report.findings.map(({ of, topic }) => `${of} ${topic}`),
    urgent: report.findings.filter(({ isUrgent }) => isUrgent),
    of: (topic: string) => report.findings.filter((finding) => finding.topic === topic),
  }
}

it('of a SQLite file in order, each line says ok or what would be better', async () => {
  const folder = await folderWithStore(LOG)
  const { code, stdout, stderr } = await folder.run(['doctor'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = linesOf(stdout)
  expect(lines.at(-1)).toBe('nothing must be done')
  for (const line of lines.slice(0, -1)) expect(line).toMatch(/^(ok|may) +(store|views) \w+ +\S/)
  expect(lines.map((line) => line.split(/ +/)[2]).slice(0, -1)).toEqual(
    ['version', 'bugs', 'durability', 'schema', 'disk', 'writing', 'lag'], // in this order
  )
})

it('views that are far behind must catch up', async () => {
  const folder = await folderWithStore(LOG)
  const store = await openSqliteStore(`${folder.path}/clients.db`)
  await store.record(Array.from({ length: 100 }, (_, n) => anEvent(`client_${n}`, `new_${n}`)))
  await store.close()
  const behind = await diagnose(folder)
  expect(behind.urgent).toMatchObject([{ of: 'views', topic: 'lag' }])
  expect(behind.urgent[0]?.action).toContain('clientfold views rebuild')
  await folder.run(['views', 'rebuild'])
  expect((await diagnose(folder)).urgent).toEqual([])
})

it('a file that may only be read is found', async () => {
  const folder = await folderWithStore(LOG)
  const { urgent } = await diagnose(folder, '--store', 'sqlite:clients.db?mode=ro')
  expect(urgent).toMatchObject([{ topic: 'writing' }])
})

describeWithPostgres('the doctor of PostgreSQL', (server) => {
  it('names an unsafe setting, and a transaction that is open for too long', async () => {
    const folder = await folderWith()
    const database = await server().newDatabase()
    const url = server().url(database)
    await (await openPostgresStore(url)).close()
    await server().run('postgres', 'alter system set fsync = on', 'select pg_reload_conf()')
    await server().run(database, 'create table other (n integer)')
    await pause(200)
    const before = await diagnose(folder, '--store', url)
    expect(before.urgent).toEqual([])
    expect(new Set(before.topics)).toEqual(
      new Set([
        ...['version', 'bugs', 'durability', 'replicas', 'transactions', 'clock', 'schema'].map(
          (topic) => `store ${topic}`,
        ),
        ...['store disk', 'store writing', 'views lag'],
      ]),
    )

    const client = await server().connect(database)
    await client.query('begin; insert into other values (1)')
    await server().run('postgres', 'alter system set fsync = off', 'select pg_reload_conf()')
    await pause(2500)
    const { urgent } = await diagnose(folder, '--store', url)
    expect(urgent.map(({ topic }) => topic)).toEqual(['durability', 'transactions'])
    expect(urgent[0]?.found).toMatch(/^fsync is off/)
    expect(urgent[1]?.action).toMatch(/^end it: select pg_terminate_backend\(\d+\)$/)
    await client.end()
    await server().run('postgres', 'alter system reset fsync', 'select pg_reload_conf()')
  })
})

describeWithNats('the doctor of JetStream', (server) => {
  it('says what it sees, and how to keep views of such a log', async () => {
    const folder = await folderWith()
    const url = server().url('CLIENTS')
    const store = await openJetStreamStore(url)
    await store.record([anEvent('client_1', 'msg_1')])
    await store.close()
    const { urgent, topics, of } = await diagnose(folder, '--store', url)
    expect(urgent).toEqual([])
    expect(topics).toEqual(
      expect.arrayContaining(
        ['version', 'bugs', 'durability', 'replicas', 'clock', 'schema', 'disk', 'writing'].map(
          (topic) => `store ${topic}`,
        ),
      ),
    )
    expect(of('schema')[0]?.found).toMatch(/^CLIENTS has \d+ messages on \d+ subjects/)
    expect(of('lag')[0]?.action).toBe('give --views a database')
    const withViews = await diagnose(folder, '--store', url, '--views', 'sqlite:views.db')
    expect(withViews.topics).toContain('views durability')
    expect(withViews.of('lag')[0]?.found).toMatch(/^there are no views yet/)
  })
})
