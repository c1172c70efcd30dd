import { createServer, request as send, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, it } from 'vitest'
import { eventText } from '../../src/events/encode-event.js'
import { aSessionEvent } from '../given.js'
import { AUTHORIZATION, delivery } from '../http/given.js'
import { describeWithNats } from '../stores/jetstream/given.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { folderWith } from './given/folder.js'
import { SECRETS, startServer } from './given/server.js'

/** Longer than the test may take where other work goes on. */
const PATIENCE_MS = 120_000

const proxies: Server[] = []
afterAll(() => {
  for (const proxy of proxies) {
    proxy.closeAllConnections()
    proxy.close()
  }
})

/** A balancer that gives each request to the next instance, and says to which. */
const balancerOf = async (instances: ReadonlyArray<string>): Promise<string> => {
  let turn = 0
  const proxy = createServer((incoming, outgoing) => {
    const index = turn++ % instances.length
    const { method, headers, url = '' } = incoming
    const forwarded = send(`${instances[index] ?? ''}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, instance: String(index) })
      answer.pipe(outgoing)
    })
    forwarded.on('error', () => outgoing.destroy())
    incoming.pipe(forwarded)
  })
  proxies.push(proxy)
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

/** Sends webhooks to one of two instances, and expects them in the next answers of the other one. */
const expectOneLog = async (place: Readonly<Record<string, string>>): Promise<void> => {
  const folder = await folderWith()
  const env = { ...SECRETS, ...place }
  const instances = await Promise.all([1, 2].map(() => startServer(folder, [], env, PATIENCE_MS)))
  const url = await balancerOf(instances.map((instance) => instance.url))
  const instancesOf = { POST: new Set(), GET: new Set() }
  const ask = async (path: string, init: RequestInit): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, init)
    instancesOf[init.method === 'POST' ? 'POST' : 'GET'].add(answer.headers.get('instance'))
    return answer.json()
  }
  const read = (path: string) => ask(path, { headers: AUTHORIZATION })
  for (let round = 0; round < 4; round++) {
    const of = { id: `sess_${round}`, client_id: `client_${round}` }
    const body = eventText(aSessionEvent(of))
    const post = () => ask('/webhooks/clerk', delivery(`msg_${round}`, body, { at: Date.now() }))
    expect(await post()).toEqual({ outcome: 'recorded' })
    expect(await read(`/v1/clients/client_${round}`)).toMatchObject({ session_ids: [of.id] })
    // By then each instance has its turn with lists too, and with the delivery.
    expect(await post()).toEqual({ outcome: 'duplicate' })
    for (let list = 0; list < 2; list++) {
      expect(await read('/v1/clients?paginated=true&limit=1')).toMatchObject({
        total_count: round + 1,
      })
    }
    if (round % 2 === 0) await read('/healthz')
    // The client is known to the cache of each instance, and changes.
    const ended = eventText(aSessionEvent({ ...of, status: 'ended' }))
    const end = delivery(`msg_end_${round}`, ended, { at: Date.now() })
    expect(await ask('/webhooks/clerk', end)).toEqual({ outcome: 'recorded' })
    expect(await read(`/v1/sessions/sess_${round}`)).toMatchObject({ status: 'ended' })
  }
  for (const used of Object.values(instancesOf)) expect([...used].sort()).toEqual(['0', '1'])
  for (const { kill } of instances) kill('SIGTERM')
  for (const { ended } of instances) expect(await ended).toMatchObject({ code: 0 })
}

const SENTENCE =
  'a webhook that one instance has answered is in the next answers of the other, and a duplicate there'

describeWithPostgres('two instances on one database', (server) => {
  it(
    SENTENCE,
    async () => {
      await expectOneLog({ CLIENTFOLD_STORE: server().url(await server().newDatabase()) })
    },
    PATIENCE_MS,
  )

  describeWithNats('and two on JetStream, with views in that database', (nats) => {
    it(
      SENTENCE,
      async () => {
        await expectOneLog({
          CLIENTFOLD_STORE: nats().url('CLIENTS'),
          CLIENTFOLD_VIEWS: server().url(await server().newDatabase()),
        })
      },
      PATIENCE_MS,
    )
  })
})
