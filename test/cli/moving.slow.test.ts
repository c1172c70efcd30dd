import { expect, it } from 'vitest'
import { openJetStreamStore } from '../../src/stores/jetstream/index.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { fold } from '../../src/domain/fold.js'
import { clientIdOf, type ClientEvent } from '../../src/events/client-event.js'
import { sampleEvent } from '../../src/testing/store-contract/sample-events.js'
import { statesText } from '../../src/testing/compaction-laws.js'
import { describeWithPostgres, readEverything } from '../stores/postgres/given.js'
import { describeWithNats } from '../stores/jetstream/given.js'
import { folderWith, until, type Folder } from './given/folder.js'

/** Longer than the test may take where other work goes on. */
const PATIENCE_MS = 400_000

const eventOf = (n: number): ClientEvent =>
  sampleEvent(n, {
    ...{ clientId: `client_${n % 40}`, userId: `user_${n % 25}` },
    ...{ sessionId: `sess_${n % 300}`, id: `msg_${n}` },
  })

/** Records events in a store one after the other until `stop` is called. Some are delivered twice. */
const traffic = (store: EventStore, from: number) => {
  const acknowledged: ClientEvent[] = []
  const state = { isOn: true }
  const ended = (async () => {
    for (let n = from; state.isOn; n++) {
      const events = [eventOf(n), eventOf(Math.max(0, n - 7))]
      await store.record(events)
      acknowledged.push(...events)
    }
  })()
  return {
    count: (): number => acknowledged.length,
    newest: (): ClientEvent => acknowledged.at(-2) ?? eventOf(from),
    stop: async (): Promise<ReadonlyArray<ClientEvent>> => {
      state.isOn = false
      await ended
      return acknowledged
    },
  }
}

const withoutTime = ({ recorded_at: _recordedAt, ...event }: ClientEvent): ClientEvent => event

/** What `clientfold follow --from-start --store FROM | clientfold import - --store TO` does, until it is stopped. */
const startCopying = (folder: Folder, from: string, to: string) => {
  const following = folder.start(['follow', '--from-start', '--store', from], {}, PATIENCE_MS)
  const importing = folder.start(['import', '-', '--store', to], {}, PATIENCE_MS)
  if (importing.child.stdin !== null) following.child.stdout?.pipe(importing.child.stdin)
  return {
    stop: async (): Promise<string> => {
      following.child.kill('SIGTERM')
      await following.ended
      return (await importing.ended).stdout
    },
  }
}

const hasEvent = async (store: EventStore, event: ClientEvent): Promise<boolean> => {
  const recorded = await store.readClient(clientIdOf(event))
  return recorded.some(({ event: { id } }) => id === event.id)
}

/** Compares a store with what was acknowledged: nothing is missing, and nothing is there twice. */
const expectAll = async (
  store: EventStore,
  acknowledged: ReadonlyArray<ClientEvent>,
): Promise<void> => {
  const recorded = (await readEverything(store)).map(({ event }) => event)
  const ids = new Set(recorded.map(({ id }) => id))
  expect(acknowledged.filter(({ id }) => !ids.has(id))).toEqual([])
  expect(ids.size).toBe(recorded.length)
  expect(ids.size).toBe(new Set(acknowledged.map(({ id }) => id)).size)
  expect(statesText(recorded.map(withoutTime))).toBe(statesText(acknowledged))
}

describeWithPostgres('a move of a live log', (server) => {
  describeWithNats('NATS', (nats) => {
    it(
      'goes from SQLite to PostgreSQL and on to JetStream under traffic, by backup, restore and follow',
      async () => {
        const folder = await folderWith()
        const urls = [
          'sqlite:clients.db',
          server().url(await server().newDatabase()),
          nats().url('MOVED'),
        ] as const
        const opened = [
          () => openSqliteStore({ path: `${folder.path}/clients.db` }),
          () => openPostgresStore(urls[1]),
          () => openJetStreamStore(urls[2]),
        ] as const
        let store = await opened[0]()
        let acknowledged: ClientEvent[] = Array.from({ length: 1500 }, (_, n) => eventOf(n))
        await store.record(acknowledged)
        for (const step of [1, 2] as const) {
          const [from, to] = [urls[step - 1] ?? '', urls[step]]
          const oldTraffic = traffic(store, step * 100_000)

          // 1. Backup and restore, while events are recorded.
          const name = `move-${step}.gz`
          const backup = await folder.run(['backup', '--store', from, '--out', name])
          expect(backup).toMatchObject({ code: 0 })
          const restore = await folder.run(['restore', name, '--store', to])
          expect(restore).toMatchObject({ code: 0 })

          // 2. What comes from then on is copied at once, and all before it once more.
          const copying = startCopying(folder, from, to)
          const next = await opened[step]()
          const newest = oldTraffic.newest()
          await until(async () => hasEvent(next, newest))

          // 3. The service begins on the new store, while the last webhooks come to the old one.
          const newTraffic = traffic(next, step * 1_000_000)
          await new Promise((resolve) => setTimeout(resolve, 300))
          const late = await oldTraffic.stop()
          const lastOfOld = late.at(-2) ?? eventOf(0)
          await until(async () => hasEvent(next, lastOfOld))
          const during = await newTraffic.stop()
          expect(await copying.stop()).toMatch(
            /^recorded [1-9]\d*, duplicates [1-9]\d*, conflicts 0, /,
          )

          // 4. Nothing is missing: to add everything once more records nothing.
          await store.close()
          const again = await folder.shell(
            `clientfold export --store '${from}' | clientfold import --store '${to}'`,
          )
          expect(again.stdout).toMatch(/^recorded 0, duplicates \d+, conflicts 0, /)
          expect(await folder.run(['check', '--store', to])).toMatchObject({ code: 0 })
          acknowledged = [...acknowledged, ...late, ...during]
          await expectAll(next, acknowledged)
          console.log(
            `moved to ${to.split(':')[0]}: ${late.length / 2} events came to the old store meanwhile, ` +
              `${during.length / 2} to the new one; ${new Set(acknowledged.map(({ id }) => id)).size} in all`,
          )
          store = next
        }
        await store.close()
      },
      PATIENCE_MS,
    )
  })
})

describeWithPostgres('a move', (server) => {
  it('from SQLite to PostgreSQL under traffic, by the steps of the guide, loses no acknowledged event', async () => {
    const folder = await folderWith()
    const url = server().url(await server().newDatabase())
    const old = await openSqliteStore({ path: `${folder.path}/clients.db` })
    const before = Array.from({ length: 3000 }, (_, n) => eventOf(n))
    await old.record(before)
    await old.eraseUser('user_24')
    const rest = before.filter((event) => !JSON.stringify(event).includes('"user_24"'))
    const oldTraffic = traffic(old, 3000)
    const at = ['--store', 'sqlite:clients.db']

    // 1. Backup and restore, while events are recorded.
    expect(await folder.run(['backup', ...at, '--out', 'move.gz'])).toMatchObject({ code: 0 })
    expect(await folder.run(['restore', 'move.gz', '--store', url])).toMatchObject({ code: 0 })

    // 2. The service begins on the new store, while the last webhooks come to the old one.
    const store = await openPostgresStore(url)
    const newTraffic = traffic(store, 1_000_000)
    await new Promise((resolve) => setTimeout(resolve, 300))

    // 3. The old service is stopped, and the rest is added.
    const late = await oldTraffic.stop()
    await old.close()
    const shell = `clientfold export --store sqlite:clients.db | clientfold import --store '${url}'`
    const added = await folder.shell(shell)
    expect(added).toMatchObject({ code: 0, stderr: '' })
    expect(added.stdout).toMatch(
      /^recorded [1-9]\d*, duplicates [1-9]\d*, conflicts 0, erased 0, refused 0\n$/,
    )
    const during = await newTraffic.stop()
    const again = await folder.shell(shell)
    expect(again.stdout).toMatch(/^recorded 0, /)

    // 4. Nothing is damaged, and nothing is missing.
    expect(await folder.run(['check', '--store', url])).toMatchObject({ code: 0 })
    const recorded = (await readEverything(store)).map(({ event }) => event)
    const ids = new Set(recorded.map(({ id }) => id))
    const isErased = (event: ClientEvent): boolean => JSON.stringify(event).includes('"user_24"')
    const expected = [...rest, ...late, ...during].filter((event) => !isErased(event))
    expect(expected.filter(({ id }) => !ids.has(id))).toEqual([])
    expect(ids.size).toBe(recorded.length)
    expect(recorded.filter(isErased)).toEqual([])
    expect(fold(recorded).size).toBe(40)
    expect(statesText(recorded.map(withoutTime))).toBe(statesText(expected))
    console.log(
      `moved ${rest.length} events, ${late.length / 2} more on the old store, ${during.length / 2} on the new one`,
    )
    await store.close()
  }, 120_000)
})
