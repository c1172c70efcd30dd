import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { EventStore } from '../../../src/event-store/event-store.js'
import type { ClientEvent } from '../../../src/events/client-event.js'
import { anObservation, aSession, aSessionEvent } from '../../given.js'
import { openClusterStore, persistently } from './cluster.js'
import { hasNats, NatsServer } from './server.js'

const CANARY = 'canary_7Qx'

/** How many files of a server hold the canary. A file can go while the folder is read. */
const filesWithCanary = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    try {
      const path = join(folder, name)
      return statSync(path).isFile() && readFileSync(path).includes(CANARY)
    } catch {
      return false
    }
  }).length

/** The sessions of a person and of others, on the same devices. */
const events: ReadonlyArray<ClientEvent> = Array.from({ length: 60 }, (_, n) => {
  const session = {
    id: n % 3 === 0 ? `sess_${CANARY}_${n}` : `sess_${n}`,
    user_id: n % 3 === 0 ? `user_${CANARY}` : `user_${n % 5}`,
    client_id: `client_${n % 6}`,
  }
  return n % 10 === 9
    ? anObservation({ id: session.client_id, sessions: [aSession(session)] })
    : aSessionEvent(session)
})

const ofOthers = async (store: EventStore): Promise<ReadonlyArray<string>> => {
  const texts: string[] = []
  for await (const { event } of store.readAll()) texts.push(JSON.stringify(event))
  return texts.filter((text) => !text.includes(CANARY))
}

const started: NatsServer[] = []
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop()
})

describe.skipIf(!hasNats)('a scrub of a cluster of three servers', () => {
  it('leaves no byte of an erased person in any file, and everything of the others', async () => {
    started.push(...(await NatsServer.startCluster()))
    const store = await openClusterStore(started, 'CLUSTER')
    for (const event of events) await persistently(() => store.record([event]))
    const before = await ofOthers(store)
    await persistently(() => store.eraseUser(`user_${CANARY}`))
    const holding = started.map(({ folder }) => filesWithCanary(folder))
    expect(Math.max(...holding)).toBeGreaterThan(0)

    const waits: number[] = []
    const begun = performance.now()
    await store.scrub({ onWait: (milliseconds) => waits.push(milliseconds) })
    expect(waits).toHaveLength(1)
    expect(performance.now() - begun).toBeGreaterThanOrEqual(waits[0] ?? Infinity)
    expect(started.map(({ folder }) => filesWithCanary(folder))).toEqual([0, 0, 0])
    expect(await ofOthers(store)).toEqual(before)
    console.log(
      `canaries: in ${holding.join(', ')} files of the three servers before the scrub, in 0, 0, 0 after it`,
    )
    await store.close()
  }, 420_000)

  it('is refused while a server is down, and ends when the store is closed', async () => {
    started.push(...(await NatsServer.startCluster()))
    const store = await openClusterStore(started, 'CLUSTER')
    await persistently(() => store.record([aSessionEvent()]))
    let waiting: (() => void) | undefined
    const isWaiting = new Promise<void>((resolve) => (waiting = resolve))
    const scrub = store.scrub({ onWait: () => waiting?.() }).catch((error: unknown) => error)
    await isWaiting
    const other = await openClusterStore(started, 'CLUSTER')
    const begun = performance.now()
    await store.close()
    expect(performance.now() - begun).toBeLessThan(5000)
    expect(await scrub).toMatchObject({ reason: 'closed' })

    await started[2]?.kill()
    const isNoticed = async (): Promise<boolean> =>
      (await other.diagnose()).some(({ topic, isUrgent }) => topic === 'replicas' && isUrgent)
    await expect.poll(isNoticed, { timeout: 60_000 }).toBe(true)
    await expect(other.scrub()).rejects.toMatchObject({
      reason: 'busy',
      message: expect.stringContaining('is down or behind, and keeps what was erased') as string,
    })
    await other.close()
  }, 120_000)
})
