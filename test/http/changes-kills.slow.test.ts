import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { fold } from '../../src/domain/fold.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { clientHashOf } from '../../src/event-store/client-hash.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import type { Client } from '../../src/events/client.js'
import { toClient } from '../../src/projections/client.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { createRandom } from '../../src/testing/log/random.js'
import { folderWith } from '../cli/given/folder.js'
import { SECRETS, startServer } from '../cli/given/server.js'
import { attempt, type Delivery } from '../deliveries/attempt.js'
import { aSessionEvent, T0 } from '../given.js'
import { describeWithPostgres, readEverything } from '../stores/postgres/given.js'
import { freePort } from '../stores/postgres/server.js'
import { SECRET_KEY } from './given.js'

const DELIVERIES = Number(process.env.CLIENTFOLD_FEED_DELIVERIES ?? 600)
const CLIENTS = 20
const READERS = 3
const SENDERS = 4
const KILLS = 6
const PATIENCE_MS = 90_000 + DELIVERIES * 100

const READER = fileURLToPath(new URL('changes-reader.mjs', import.meta.url))
const random = createRandom(17)

/** Each of them is a session of its own, so each of them changes its client. */
const DELIVERED: ReadonlyArray<Delivery> = Array.from({ length: DELIVERIES }, (_, n) => {
  const { id: _id, ...event } = aSessionEvent({
    ...{ id: `sess_${n}`, user_id: `user_${n % 7}`, client_id: `client_${n % CLIENTS}` },
    ...{ created_at: T0 + n, updated_at: T0 + n, status: n % 3 === 0 ? 'revoked' : 'active' },
  })
  return { id: `msg_${n}`, body: JSON.stringify(event) }
})

/** A change as a receiver gets it. */
interface ReceivedChange {
  readonly clientHash: string
  readonly client: Client | null
  readonly events: ReadonlyArray<{ readonly event: ClientEvent }>
}

/** A process that is killed and started again, at random moments. */
const restartable = (start: () => ChildProcess) => {
  let child = start()
  let kills = 0
  return {
    kills: () => kills,
    /** Undefined while it runs. */
    code: () => child.exitCode ?? undefined,
    kill: async (): Promise<void> => {
      kills += 1
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      child = start()
    },
    end: async (): Promise<void> => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

const aReader = (url: string, path: string) => {
  const process_ = restartable(() =>
    spawn(process.execPath, [READER, url, SECRET_KEY, path], { stdio: 'inherit' }),
  )
  const lines = (): ReadonlyArray<string> => {
    try {
      return readFileSync(path, 'utf8').split('\n').slice(0, -1)
    } catch {
      return []
    }
  }
  return {
    ...process_,
    hasBegun: () => lines().length > 0,
    changes: (): ReadonlyArray<ReceivedChange> =>
      lines().flatMap((line) => {
        const { change } = JSON.parse(line) as {
          readonly change?: { readonly client_hash: string } & Omit<ReceivedChange, 'clientHash'>
        }
        return change === undefined ? [] : { ...change, clientHash: change.client_hash }
      }),
  }
}

/** What a receiver of changes knows in the end. */
const foldChanges = (changes: ReadonlyArray<ReceivedChange>) => {
  const clients = new Map<string, Client | null>()
  const ids = new Set<string>()
  for (const { clientHash, client, events } of changes) {
    clients.set(clientHash, client)
    for (const { event } of events) ids.add(event.id ?? '')
  }
  return { clients, ids }
}

/** Delivers everything until it is acknowledged, and kills something again and again meanwhile. */
const deliverAll = async (
  url: string,
  kill: () => Promise<void>,
  pauseMs = 10,
): Promise<number> => {
  const left = [...DELIVERED]
  let broken = 0
  const sender = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      while ((await attempt(url, agent, next)) !== 200) {
        broken += 1
        await pause(20)
      }
      // Or everything would be delivered before the kills.
      await pause(pauseMs)
    }
    agent.destroy()
  }
  const killer = async (): Promise<void> => {
    while (left.length > 0) {
      await pause(random.integer(50, 400))
      await kill()
    }
  }
  await Promise.all([...Array.from({ length: SENDERS }, sender), killer()])
  return broken
}

const expectNothingSkipped = async (
  store: EventStore,
  readers: ReadonlyArray<{ readonly changes: () => ReadonlyArray<ReceivedChange> }>,
): Promise<number> => {
  const all = (await readEverything(store)).map(({ event }) => event)
  const acknowledged = new Set(DELIVERED.map(({ id }) => id))
  expect(new Set(all.map(({ id }) => id))).toEqual(acknowledged)
  for (const { changes } of readers) {
    await expect
      .poll(() => foldChanges(changes()).ids, { timeout: 30_000, interval: 200 })
      .toEqual(acknowledged)
    const { clients } = foldChanges(changes())
    const expected = [...fold(all)].map(([id, state]) => [
      clientHashOf(id),
      toClient(state, { at: Date.now() }),
    ])
    expect(Object.fromEntries(clients)).toEqual(Object.fromEntries(expected))
  }
  return readers.reduce((sum, { changes }) => sum + changes().length, 0)
}

/** A server that is killed and started again at one address, and readers that are killed too. */
const killServerAndReaders = async (url: string, store: EventStore): Promise<void> => {
  const folder = await folderWith()
  const args = ['--store', url, '--port', String(await freePort())]
  let server = await startServer(folder, args, SECRETS, PATIENCE_MS)
  const address = server.url
  const readers = Array.from({ length: READERS }, (_, n) =>
    aReader(address, join(folder.path, `reader${n}.ndjson`)),
  )
  await expect
    .poll(() => readers.every(({ hasBegun }) => hasBegun()), { timeout: 20_000 })
    .toBe(true)
  let kills = 0
  const broken = await deliverAll(address, async () => {
    await readers[random.integer(0, READERS - 1)]?.kill()
    if (kills === KILLS) return
    kills += 1
    server.kill('SIGKILL')
    await server.ended
    server = await startServer(folder, args, SECRETS, PATIENCE_MS)
  })
  const items = await expectNothingSkipped(store, readers)
  const ofReaders = readers.reduce((sum, reader) => sum + reader.kills(), 0)
  console.log(
    `  ${DELIVERIES} deliveries, ${broken} attempts broken off; killed: the server ${kills} times, ` +
      `${READERS} readers ${ofReaders} times; ${items} items, skipped 0`,
  )
  expect(kills).toBeGreaterThan(0)
  expect(ofReaders).toBeGreaterThan(0)
  expect(readers.map(({ code }) => code())).toEqual(readers.map(() => undefined))
  for (const reader of readers) await reader.end()
  server.kill('SIGTERM')
  await server.ended
  await store.close()
}

it(
  'kill -9 of the server and of readers of changes skips nothing in SQLite',
  { timeout: PATIENCE_MS },
  async () => {
    const path = join((await folderWith()).path, 'feed.db')
    await killServerAndReaders(`sqlite:${path}`, await openSqliteStore(path))
  },
)

describeWithPostgres('changes of PostgreSQL', (database) => {
  it(
    'kill -9 of the server and of readers of changes skips nothing in PostgreSQL',
    { timeout: PATIENCE_MS },
    async () => {
      const url = database().url(await database().newDatabase())
      await killServerAndReaders(url, await openPostgresStore(url))
    },
  )

  it(
    'kill -9 of PostgreSQL under readers of changes skips nothing, in the library and over HTTP',
    { timeout: PATIENCE_MS },
    async () => {
      const url = database().url(await database().newDatabase())
      const store = await openPostgresStore(url)
      const clients = openClients({ store })
      const folder = await folderWith()
      const server = await startServer(folder, ['--store', url], SECRETS, PATIENCE_MS)
      const overHttp = aReader(server.url, join(folder.path, 'reader.ndjson'))
      await expect.poll(() => overHttp.hasBegun(), { timeout: 20_000 }).toBe(true)
      const end = new AbortController()
      const received: ReceivedChange[] = []
      let [failures, recoveries] = [0, 0]
      let begun: (() => void) | undefined
      const begin = new Promise<void>((resolve) => (begun = resolve))
      const reading = (async () => {
        const changes = clients.changes({
          signal: end.signal,
          onProgress: () => begun?.(),
          onFailure: () => (failures += 1),
          onRecovery: () => (recoveries += 1),
        })
        for await (const change of changes) received.push(change)
      })()
      await begin
      let kills = 0
      const kill = async (): Promise<void> => {
        if (kills === KILLS) return
        kills += 1
        const before = failures
        await database().kill()
        // A quick restart could be over before the reader looks at the store again.
        for (let n = 0; n < 100 && failures === before; n++) await pause(100)
        await pause(random.integer(0, 300))
        await database().restart()
        // The reader is there again before the next one, or there would be one long outage.
        for (let n = 0; n < 50 && recoveries < kills; n++) await pause(100)
      }
      const broken = await deliverAll(server.url, kill, 60)
      const items = await expectNothingSkipped(store, [overHttp, { changes: () => received }])
      console.log(
        `  ${DELIVERIES} deliveries, ${broken} attempts failed; PostgreSQL killed ${kills} times; ` +
          `${failures} failures and ${recoveries} recoveries of the reader; ${items} items, skipped 0`,
      )
      expect(kills).toBeGreaterThan(0)
      expect(failures).toBeGreaterThan(0)
      end.abort()
      await reading
      await overHttp.end()
      server.kill('SIGTERM')
      await server.ended
      await clients.close()
    },
  )
})
