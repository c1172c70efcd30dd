import { setTimeout as pause } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { describe, expect, it } from 'vitest'
import { isPassing } from '../../../src/event-store/passing-failure.js'
import type { EventStore } from '../../../src/event-store/event-store.js'
import { openJetStreamStore } from '../../../src/stores/jetstream/index.js'
import { workEvent } from '../../views/workers-given.js'
import { hasNats, NatsServer } from './server.js'

/** `npm run test:crash` sets more. */
const ROUNDS = Number(process.env.CLIENTFOLD_CLUSTER_ROUNDS ?? 4)
const CLIENTS = 40
const PATIENCE_MS = 180_000 + ROUNDS * 20_000

/** Tries again while the servers cannot be used, for a minute at most. */
const persistently = async <A>(work: () => Promise<A>): Promise<A> => {
  const deadline = performance.now() + 60_000
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || performance.now() > deadline) throw error
      await pause(50)
    }
  }
}

/** Records batches until it is stopped. A batch that was not answered is recorded again. */
const startWriter = (store: EventStore) => {
  const state = { isOn: true }
  const acknowledged: string[] = []
  const ended = (async () => {
    for (let start = 0; state.isOn; start += 5) {
      const events = Array.from({ length: 5 }, (_, n) => workEvent(start + n, CLIENTS))
      await persistently(() => store.record(events))
      acknowledged.push(...events.map(({ id = '' }) => id))
    }
  })()
  return {
    acknowledged,
    stop: async () => {
      state.isOn = false
      await ended
    },
  }
}

const leaderOf = async (servers: ReadonlyArray<NatsServer>, stream: string): Promise<number> => {
  const nc = await connect({ servers: servers.map(({ port }) => `127.0.0.1:${port}`) })
  try {
    const { cluster } = await (await jetstreamManager(nc)).streams.info(stream)
    return Number(cluster?.leader ?? 0)
  } catch {
    return 0
  } finally {
    await nc.close()
  }
}

describe.skipIf(!hasNats)('a cluster of three servers at kill -9', () => {
  it(
    'loses no acknowledged event, has none twice, and no hole',
    async () => {
      const servers = await NatsServer.startCluster()
      const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(',')
      const store = await persistently(() => openJetStreamStore(`nats://${hosts}/CLUSTER`))
      const writer = startWriter(store)
      const kills = { any: 0, leader: 0, all: 0 }
      const kinds = ['any', 'leader', 'all'] as const
      for (let round = 0; round < ROUNDS; round++) {
        const kind = kinds[round % kinds.length] ?? 'any'
        await pause(200 + Math.random() * 800)
        const index =
          kind === 'leader' ? await leaderOf(servers, 'CLUSTER') : Math.floor(Math.random() * 3)
        const struck = kind === 'all' ? servers : servers.slice(index, index + 1)
        await Promise.all(struck.map((server) => server.kill()))
        kills[kind] += 1
        await pause(Math.random() * 500)
        await Promise.all(struck.map((server) => server.restart()))
        const before = writer.acknowledged.length
        const deadline = performance.now() + 60_000
        while (writer.acknowledged.length === before && performance.now() < deadline) {
          await pause(20)
        }
        expect(writer.acknowledged.length).toBeGreaterThan(before)
      }
      await writer.stop()
      const ids: string[] = []
      await persistently(async () => {
        ids.length = 0
        for await (const { event } of store.readAll()) ids.push(event.id ?? '')
      })
      const present = new Set(ids)
      expect(writer.acknowledged.filter((id) => !present.has(id))).toEqual([])
      expect(present.size).toBe(ids.length)
      const damages: string[] = []
      const { damaged } = await persistently(() =>
        store.check({ onDamage: ({ message }) => damages.push(message) }),
      )
      expect(damages).toEqual([])
      expect(damaged).toBe(0)
      const findings = await persistently(() => store.diagnose())
      expect(
        findings.some(({ topic, found }) => topic === 'replicas' && found.includes('3 replicas')),
      ).toBe(true)
      console.log(
        `${kills.any} kills of any server, ${kills.leader} of the leader, ${kills.all} of all: ` +
          `${writer.acknowledged.length} acknowledged events, lost 0, twice 0, holes 0`,
      )
      await store.close()
      for (const server of servers) await server.stop()
    },
    PATIENCE_MS,
  )
})
