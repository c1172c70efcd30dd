import { describe, expect, it } from 'vitest'
import type { Inspection } from '../../src/inspect/inspection.js'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { folderWith } from './given/folder.js'

const LOG = logOf(
  eventLine({ id: 'sess_1', client_id: 'client_1', user_id: 'user_1' }, { id: 'm1' }),
  eventLine({ id: 'sess_2', client_id: 'client_1', user_id: 'user_2' }, { id: 'm2' }),
  eventLine({ id: 'sess_3', client_id: 'client_2', user_id: 'user_1' }, { id: 'm3' }),
)

const dataIn = (html: string): Inspection => {
  const [, data] = /id="inspection">([^<]*)</.exec(html) ?? []
  return JSON.parse(data ?? '') as Inspection
}

describe('clientfold timeline', () => {
  it('writes a page for a client of a log, which needs nothing else', async () => {
    const folder = await folderWith({ log: LOG })
    const ended = await folder.run(['timeline', 'client_1', 'log', '--out', 'page.html'])
    expect(ended).toEqual({ code: 0, stdout: '', stderr: '' })
    const html = await folder.read('page.html')
    expect(html).not.toMatch(/(src|href)="(?!data:)/)
    const { foundAs, clients, devices } = dataIn(html)
    expect([foundAs, clients.length, clients[0]?.events.length, devices]).toEqual([
      ...['client', 1, 2, []],
    ])
  })

  it('writes a page for a user, with all events of the clients of that user', async () => {
    const folder = await folderWith({ log: LOG })
    await folder.run(['timeline', '--user', 'user_1', 'log', '--out', 'page.html'])
    const { clients, devices } = dataIn(await folder.read('page.html'))
    expect(clients.map(({ id, events }) => [id, events.length])).toEqual([
      ['client_1', 2],
      ['client_2', 1],
    ])
    expect(devices).toHaveLength(2)
  })

  it('reads a store, and writes a picture', async () => {
    const folder = await folderWith({ log: LOG })
    await folder.run(['import', 'log', '--store', 'sqlite:s.db'])
    const options = ['--store', 'sqlite:s.db', '--format', 'svg']
    const client = await folder.run(['timeline', 'client_1', ...options])
    expect(client.code).toBe(0)
    expect(client.stdout).toMatch(/^<svg .*<\/svg>\n$/s)
    expect(client.stdout).toContain('>sess_2<')
    const user = await folder.run(['timeline', '--user', 'user_1', ...options])
    expect(user.stdout).toContain('>sess_3<')
    expect(user.stdout).not.toContain('>sess_2<')
  })

  it('reads standard input, names refused lines, and still writes the page', async () => {
    const folder = await folderWith()
    const input = Buffer.concat([Buffer.from('{}\n'), LOG])
    const { code, stderr, stdout } = await folder.run(['timeline', 'client_1', '-'], { input })
    expect([code, stderr]).toEqual([1, expect.stringContaining('-:1: ')])
    expect(dataIn(stdout).clients).toHaveLength(1)
  })

  it('writes nothing if there is no event', async () => {
    const folder = await folderWith({ log: LOG })
    const ended = await folder.run(['timeline', 'user_1', 'log', '--out', 'page.html'])
    expect(ended).toEqual({
      ...{ code: 1, stdout: '' },
      stderr:
        'clientfold: the logs have no event of this client; check the id, or name a user with --user\n',
    })
    expect(await folder.names()).toEqual(['log'])
  })

  it.each([
    { args: [], sentence: 'name a client, or a user with --user' },
    {
      args: ['client_1', 'log', '--store', 'sqlite:s.db'],
      sentence: 'name files or --store, not both',
    },
    {
      args: ['--user', 'user_1'],
      sentence:
        'the timeline of a user reads the logs twice, and standard input can be read once: name a file',
    },
  ])('refuses the arguments $args', async ({ args, sentence }) => {
    const folder = await folderWith({ log: LOG })
    expect(await folder.run(['timeline', ...args])).toEqual({
      ...{ code: 2, stdout: '', stderr: `clientfold: ${sentence}\n` },
    })
  })
})
