import { setTimeout as pause } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { describe, expect, it } from 'vitest'
import type { EventStore } from '../../../src/event-store/event-store.js'
import { workEvent } from '../../views/workers-given.js'
import { openClusterStore, persistently } from './cluster.js'
import { hasNats, NatsServer } from './server.js'

/** `npm run test:crash` sets more. */
const ROUNDS = Number(process.env.CLIENTFOLD_CLUSTER_ROUNDS ?? 5)
const CLIENTS = 40
const PATIENCE_MS = 180_000 + ROUNDS * 30_000

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

describe.skipIf(!hasNats)('a cluster of three servers that are killed and paused', () => {
  it(
    'loses no acknowledged event, has none twice, and no hole',
    async () => {
      const servers = await NatsServer.startCluster()
      const store = await openClusterStore(servers, 'CLUSTER')
      const writer = startWriter(store)
      const strikes = { any: 0, leader: 0, all: 0, paused: 0, 'paused leader': 0 }
      const kinds = ['any', 'leader', 'all', 'paused', 'paused leader'] as const
      for (let round = 0; round < ROUNDS; round++) {
        const kind = kinds[round % kinds.length] ?? 'any'
        await pause(200 + Math.random() * 800)
        const index = kind.endsWith('leader')
          ? await leaderOf(servers, 'CLUSTER')
          : Math.floor(Math.random() * 3)
        const struck = kind === 'all' ? servers : servers.slice(index, index + 1)
        strikes[kind] += 1
        if (kind.startsWith('paused')) {
          for (const server of struck) server.pause()
          // Longer than the others wait before they choose another leader, now and then.
          await pause(Math.random() * 12_000)
          for (const server of struck) server.resume()
        } else {
          await Promise.all(struck.map((server) => server.kill()))
          await pause(Math.random() * 500)
          await Promise.all(struck.map((server) => server.restart()))
        }
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
        `${strikes.any} kills of any server, ${strikes.leader} of the leader, ${strikes.all} of all; ` +
          `${strikes.paused} pauses of any server, ${strikes['paused leader']} of the leader: ` +
          `${writer.acknowledged.length} acknowledged events, lost 0, twice 0, holes 0`,
      )
      await store.close()
      for (const server of servers) await server.stop()
    },
    PATIENCE_MS,
  )
})
