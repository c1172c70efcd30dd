import { spawn } from 'node:child_process'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { clientIdOf, saidAt, type ClientEvent } from '../../src/events/client-event.js'
import { parseEvent } from '../../src/events/decode-event.js'
import { eventText } from '../../src/events/encode-event.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { generateLog } from '../../src/testing/log/generate-log.js'
import { aSessionEvent, DAY } from '../given.js'
import { describeWithPostgres } from './postgres/given.js'
import { DRIVERS, newFolder } from './sqlite/given.js'

/** `npm run test:crash` sets more. */
const ROUNDS = Number(process.env.CLIENTFOLD_MAINTENANCE_KILLS ?? 10)

const CHILD = fileURLToPath(new URL('reducing-child.mjs', import.meta.url))

/** Generated logs begin on 1 January 2026 and cover ninety days. */
const BEGIN = 1_767_225_600_000
const BEFORE = BEGIN + 70 * DAY
const OVER_BEFORE = BEGIN + 60 * DAY

const eventsOf = (events: number, clients: number): ReadonlyArray<ClientEvent> => {
  const ids = new Set<string | undefined>()
  return Array.from(generateLog({ events, clients, seed: 7, shape: 'slim' }), (line) => {
    const event = parseEvent(line)
    if (E.isLeft(event)) throw new Error('a generated line is an event')
    return { ...event.right, recorded_at: saidAt(event.right) }
  }).filter(({ id }) => ids.size < ids.add(id).size)
}

/** Both kinds of stores: how to open one, how the child opens it, and how to copy it. */
interface Place {
  readonly open: () => Promise<EventStore>
  readonly args: ReadonlyArray<string>
}

const isLive = (event: ClientEvent): boolean => clientIdOf(event).startsWith('live_')

/** Everything that a reduction decides: what is left, and what comes of each delivery that comes again. */
const endOf = async (store: EventStore, events: ReadonlyArray<ClientEvent>) => {
  const left: string[] = []
  for await (const { event, revision } of store.readAll()) {
    if (!isLive(event)) left.push(`${clientIdOf(event)} ${revision} ${eventText(event)}`)
  }
  const outcomes = await store.record(events)
  return {
    left: left.sort(),
    outcomes: outcomes.map(({ _tag }) => _tag),
    ids: await store.clientIds(),
  }
}

const fill = async (store: EventStore, events: ReadonlyArray<ClientEvent>): Promise<void> => {
  for (let start = 0; start < events.length; start += 500) {
    await store.record(events.slice(start, start + 500))
  }
}

const startChild = (args: ReadonlyArray<string>, archive: string, writes: 'yes' | 'no') => {
  const rest = [String(BEFORE), String(OVER_BEFORE), archive, writes]
  const child = spawn(process.execPath, ['--no-warnings', CHILD, ...args, ...rest], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output: string[] = []
  child.stdout.on('data', (bytes: Buffer) => output.push(bytes.toString()))
  const started = new Promise((resolve) => child.stdout.once('data', resolve))
  const lines = new Promise<ReadonlyArray<string>>((resolve) =>
    child.once('close', () => {
      resolve(output.join('').split('\n').slice(0, -1))
    }),
  )
  return { child, started, lines }
}

const doneIn = (lines: ReadonlyArray<string>) =>
  JSON.parse(lines.find((line) => line.startsWith('done '))?.slice(5) ?? 'null') as {
    readonly milliseconds: number
  } | null

/** Kills reductions of copies of one store at any time, completes each, and compares with one in one go. */
const killOften = async (
  what: string,
  fillFirst: (work: (store: EventStore) => Promise<void>) => Promise<void>,
  copy: (round: number) => Promise<Place>,
): Promise<void> => {
  const events = eventsOf(4000, 500)
  await fillFirst((store) => fill(store, events))
  const reference = openMemoryStore()
  await fill(reference, events)
  const dropped: string[] = []
  await reference.compact(BEFORE, {
    archive: (recorded) => {
      for (const { event } of recorded) dropped.push(event.id ?? '')
      return Promise.resolve()
    },
  })
  await reference.forget(OVER_BEFORE)
  const { left: whole, outcomes, ids } = await endOf(reference, events)
  expect(dropped.length).toBeGreaterThan(500)
  expect(whole.length).toBeLessThan(events.length - dropped.length)

  const folder = await newFolder()
  let [longest, cut, acknowledged, lost] = [2000, 0, 0, 0]
  for (let round = 0; round < ROUNDS; round++) {
    const place = await copy(round)
    const archive = join(folder, `archive-${round}`)
    const { child, started, lines } = startChild(place.args, archive, 'yes')
    await started
    await pause(Math.random() * longest)
    child.kill('SIGKILL')
    const printed = await lines
    const done = doneIn(printed)
    if (done === null) cut += 1
    else longest = Math.min(longest, done.milliseconds)

    // It is repeated to the end, by a process that records nothing meanwhile.
    expect(doneIn(await startChild(place.args, archive, 'no').lines)).not.toBeNull()
    const store = await place.open()
    const there = new Set<string | undefined>()
    for await (const { event } of store.readAll()) there.add(event.id)
    const live = printed.flatMap((line) => /^Recorded (live_\d+_\d+)$/.exec(line)?.[1] ?? [])
    acknowledged += live.length
    lost += live.filter((id) => !there.has(id)).length
    const end = await endOf(store, events)
    expect(end.left).toEqual(whole)
    expect(end.outcomes).toEqual(outcomes)
    expect(end.ids.filter((id) => !id.startsWith('live_'))).toEqual(ids)
    const archived = (await readFile(archive, 'utf8')).split('\n').filter(Boolean)
    const archivedIds = new Set(archived.map((line) => (JSON.parse(line) as ClientEvent).id))
    expect(dropped.filter((id) => !archivedIds.has(id))).toEqual([])
    const damages: unknown[] = []
    await store.check({ onDamage: (damage) => damages.push(damage) })
    expect(damages).toEqual([])
    await store.close()
  }
  console.log(
    `${what}: ${ROUNDS} kills, ${cut} of them during a compaction or a forgetting; ` +
      `${acknowledged} events acknowledged meanwhile, lost ${lost}`,
  )
  expect(lost).toBe(0)
  expect(cut).toBeGreaterThan(0)
}

/** How long recordings of one event take while another process reduces the store, in milliseconds. */
const measureWaits = async (what: string, { open, args }: Place): Promise<void> => {
  const store = await open()
  const measure = async (isOver: () => boolean): Promise<ReadonlyArray<number>> => {
    const times: number[] = []
    for (let n = 0; !isOver(); n++) {
      const event = aSessionEvent(
        { client_id: `live_${n}` },
        { id: `live_${what}_${Math.random()}` },
      )
      const started = performance.now()
      await store.record([event])
      times.push(performance.now() - started)
      await pause(4)
    }
    return times.sort((left, right) => left - right)
  }
  const textOf = (times: ReadonlyArray<number>): string =>
    `median ${times[times.length >> 1]?.toFixed(1)} ms, p99 ${times[Math.floor(times.length * 0.99)]?.toFixed(1)} ms, longest ${times.at(-1)?.toFixed(1)} ms of ${times.length}`
  let isOver = false
  setTimeout(() => (isOver = true), 2000)
  const alone = await measure(() => isOver)
  const { started, lines } = startChild(args, join(await newFolder(), 'archive'), 'no')
  await started
  isOver = false
  void lines.then(() => (isOver = true))
  const meanwhile = await measure(() => isOver)
  const done = doneIn(await lines)
  console.log(
    `${what}: recordings alone: ${textOf(alone)}; during a compaction and a forgetting ` +
      `(${done?.milliseconds.toFixed(0)} ms): ${textOf(meanwhile)}`,
  )
  expect(done).not.toBeNull()
  await store.close()
}

/** A machine with much other work took more than ten seconds for a round on PostgreSQL. */
const TIMEOUT = 60_000 + ROUNDS * 30_000

describe.each(DRIVERS)('the SQLite store on %s', (driver) => {
  const placeOf = (path: string): Place => ({
    open: () => openSqliteStore({ path, driver }),
    args: ['sqlite', path, driver],
  })

  it(
    'a compaction and a forgetting that are killed and repeated end as if they had run in one go',
    async () => {
      const folder = await newFolder()
      const original = join(folder, 'original.db')
      await killOften(
        `SQLite on ${driver}`,
        async (work) => {
          const store = await openSqliteStore({ path: original, driver })
          await work(store)
          await store.close()
        },
        async (round) => {
          const path = join(folder, `copy-${round}.db`)
          await copyFile(original, path)
          return placeOf(path)
        },
      )
    },
    TIMEOUT,
  )

  it(
    'recordings wait only briefly for a compaction and a forgetting',
    { timeout: 120_000 },
    async () => {
      const place = placeOf(join(await newFolder(), 'clients.db'))
      const store = await place.open()
      await fill(store, eventsOf(40_000, 5000))
      await store.close()
      await measureWaits(`SQLite on ${driver}`, place)
    },
  )
})

describeWithPostgres('the PostgreSQL store', (server) => {
  const placeOf = (database: string): Place => {
    const url = server().url(database)
    return { open: () => openPostgresStore(url), args: ['postgres', url, '-'] }
  }

  it(
    'a compaction and a forgetting that are killed and repeated end as if they had run in one go',
    async () => {
      const original = await server().newDatabase()
      await killOften(
        'PostgreSQL',
        async (work) => {
          const store = await openPostgresStore(server().url(original))
          await work(store)
          await store.close()
        },
        async (round) => {
          const copy = `copy_${round}`
          await server().run('postgres', `create database ${copy} template ${original} owner owner`)
          const place = placeOf(copy)
          // The first opening makes the copy a life of its own.
          await (await place.open()).close()
          return place
        },
      )
    },
    TIMEOUT,
  )

  it(
    'recordings wait only briefly for a compaction and a forgetting',
    { timeout: 600_000 },
    async () => {
      const place = placeOf(await server().newDatabase())
      const store = await place.open()
      await fill(store, eventsOf(20_000, 2500))
      await store.close()
      await measureWaits('PostgreSQL', place)
    },
  )
})
