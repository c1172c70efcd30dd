import { expect, it } from 'vitest'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { fold } from '../../src/domain/fold.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { sampleEvent } from '../../src/testing/store-contract/sample-events.js'
import { statesText } from '../../src/testing/compaction-laws.js'
import { describeWithPostgres, readEverything } from '../stores/postgres/given.js'
import { folderWith } from './given/folder.js'

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
    stop: async (): Promise<ReadonlyArray<ClientEvent>> => {
      state.isOn = false
      await ended
      return acknowledged
    },
  }
}

const withoutTime = ({ recorded_at: _recordedAt, ...event }: ClientEvent): ClientEvent => event

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
