import { Agent } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { fold } from '../../src/domain/fold.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { parseEvent } from '../../src/events/decode-event.js'
import { toClient } from '../../src/projections/client.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { generateLog } from '../../src/testing/log/generate-log.js'
import { createRandom } from '../../src/testing/log/random.js'
import { folderWith } from '../cli/given/folder.js'
import { SECRETS, startServer, type ServeProcess } from '../cli/given/server.js'
import { accepted } from '../stores/postgres/given.js'
import { attempt, type Delivery } from './attempt.js'

const DELIVERIES = Number(process.env.CLIENTFOLD_SERVED_DELIVERIES ?? 300)
const CONNECTIONS = 4
const KILLS = 10
const MOST_ATTEMPTS = 8
const PATIENCE_MS = 60_000 + DELIVERIES * 60

const random = createRandom(11)

/** Deliveries as Clerk sends them: the id is in the header, not in the body. */
const deliveriesOf = (events: ReadonlyArray<ClientEvent>): ReadonlyArray<Delivery> =>
  events.map((event, index) => ({ id: `msg_${index}`, body: JSON.stringify(event) }))

const shuffled = <A>(items: ReadonlyArray<A>): A[] => {
  const mixed = [...items]
  for (let index = mixed.length - 1; index > 0; index--) {
    const other = random.integer(0, index)
    ;[mixed[index], mixed[other]] = [mixed[other] as A, mixed[index] as A]
  }
  return mixed
}

it(
  'a server that is killed while it receives a day of retries records every acknowledged delivery once',
  { timeout: PATIENCE_MS },
  async () => {
    const events = [
      ...generateLog({ events: DELIVERIES, clients: DELIVERIES / 20, seed: 13, shape: 'full' }),
    ].map((line) => {
      const { id: _id, ...event } = accepted(parseEvent(line))
      return event
    })
    const deliveries = deliveriesOf(events)
    // One to eight attempts for each delivery. Svix may repeat one even after it was acknowledged.
    const attempts = shuffled(
      deliveries.flatMap((each) => Array<Delivery>(random.integer(1, MOST_ATTEMPTS)).fill(each)),
    )
    const folder = await folderWith()
    let server: ServeProcess = await startServer(folder, [], SECRETS, PATIENCE_MS)
    const acknowledged = new Set<string>()
    const total = attempts.length
    let [done, kills, broken] = [0, 0, 0]

    let restarting: Promise<void> | undefined
    const killAndRestart = async (): Promise<void> => {
      server.kill('SIGKILL')
      await server.ended
      server = await startServer(folder, [], SECRETS, PATIENCE_MS)
      restarting = undefined
    }
    const sendUntilAnswered = async (delivery: Delivery, agent: Agent): Promise<void> => {
      for (;;) {
        await restarting
        const status = await attempt(server.url, agent, delivery)
        if (status === 200) {
          acknowledged.add(delivery.id)
          return
        }
        if (status !== null) throw new Error(`answered ${status}`)
        broken += 1
        await pause(5)
      }
    }
    const worker = async (): Promise<void> => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (let next = attempts.pop(); next !== undefined; next = attempts.pop()) {
        done += 1
        if (kills < KILLS && done >= (total * (kills + 0.5)) / KILLS && restarting === undefined) {
          kills += 1
          restarting = killAndRestart()
        }
        await sendUntilAnswered(next, agent)
      }
      agent.destroy()
    }
    const started = performance.now()
    await Promise.all(Array.from({ length: CONNECTIONS }, worker))
    const seconds = (performance.now() - started) / 1000
    server.kill('SIGTERM')
    expect(await server.ended).toMatchObject({ code: 0 })

    const store = await openSqliteStore(join(folder.path, 'clients.db'))
    const clients = openClients({ store })
    const seen: string[] = []
    for await (const { event } of store.readAll()) seen.push(event.id ?? '')
    console.log(
      `  ${DELIVERIES} deliveries, ${total} attempts in ${seconds.toFixed(1)} s, ${kills} kills, ` +
        `${broken} broken off: lost ${DELIVERIES - new Set(seen).size}, ` +
        `duplicated ${seen.length - new Set(seen).size}`,
    )
    expect(kills).toBe(KILLS)
    expect(acknowledged.size).toBe(DELIVERIES)
    expect([...seen].sort()).toEqual([...acknowledged].sort())
    for (const [id, state] of fold(events)) {
      expect(await clients.get(id, { at: 'recorded' })).toEqual(toClient(state))
    }
    expect((await clients.list({ limit: 1 })).totalCount).toBe(fold(events).size)
    await clients.close()
  },
)
