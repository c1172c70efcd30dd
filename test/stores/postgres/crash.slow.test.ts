import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from 'vite'
import type { AppendResult, EventStore } from '../../../src/event-store/event-store.js'
import { StoreUnavailable } from '../../../src/event-store/store-error.js'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import {
  accepted,
  anEvent,
  deliveryOf,
  describeWithPostgres,
  givenStore,
  readEverything,
} from './given.js'
import { startProxy } from './proxy.js'

const ROUNDS = Number(process.env.CLIENTFOLD_CRASH_ROUNDS ?? 25)
const CLIENTS = [0, 1, 2, 3]

/** How many acknowledged events are lost or doubled, and how many revisions have a gap. */
const lossesOf = async (store: EventStore, acknowledged: ReadonlySet<string>) => {
  const all = await readEverything(store)
  const ids = all.map(deliveryOf)
  const there = new Set(ids)
  const holes = await Promise.all(
    CLIENTS.map(async (place) => {
      const own = await store.readClient(`client_${place}`)
      return own.filter(
        (recorded, at) =>
          recorded.revision !== at + 1 || deliveryOf(recorded) !== `msg_${place}_${at}`,
      ).length
    }),
  )
  return {
    lost: [...acknowledged].filter((id) => !there.has(id)).length,
    duplicated: ids.length - there.size,
    holes: holes.reduce((sum, count) => sum + count, 0),
  }
}

describeWithPostgres('the PostgreSQL store at a sudden end', (server) => {
  describe('kill -9', () => {
    let folder = ''
    beforeAll(async () => {
      // Inside the package, so that the bundle finds the packages that it imports.
      folder = await mkdtemp(resolve('node_modules', '.clientfold-writer-'))
      await build({
        configFile: false,
        logLevel: 'silent',
        build: { ssr: 'test/stores/postgres/writer.ts', outDir: folder, target: 'node20' },
      })
    })
    afterAll(async () => {
      await rm(folder, { recursive: true, force: true })
    })

    it(
      'a kill of a writing process loses nothing',
      { timeout: 60_000 + ROUNDS * 3000 },
      async () => {
        const { store, url } = await givenStore(server())
        const acknowledged = new Set<string>()
        const next = CLIENTS.map(() => 0)
        for (let round = 0; round < ROUNDS; round++) {
          // Each client's last event is sent again, acknowledged or not.
          const from = next.map((number) => String(Math.max(0, number - 1)))
          const writer = spawn(process.execPath, [join(folder, 'writer.js'), url, ...from], {
            stdio: ['ignore', 'pipe', 'inherit'],
          })
          const lines = createInterface({ input: writer.stdout })
          let isKilled = false
          for await (const line of lines) {
            const [place, number] = line.split(' ').map(Number)
            acknowledged.add(`msg_${place}_${number}`)
            next[place!] = Math.max(next[place!]!, number! + 1)
            if (isKilled) continue
            isKilled = true
            setTimeout(() => writer.kill('SIGKILL'), Math.random() * 120)
          }
          if (writer.signalCode === null) await once(writer, 'exit')
          expect(writer.signalCode).toBe('SIGKILL')
        }
        // Time for the server to finish the work of the killed process.
        await delay(300)
        const losses = await lossesOf(store, acknowledged)
        console.log(
          `${ROUNDS} kills of a writing process, ${acknowledged.size} events acknowledged: ` +
            `lost ${losses.lost}, duplicated ${losses.duplicated}, holes ${losses.holes}`,
        )
        expect(acknowledged.size).toBeGreaterThan(ROUNDS * 4)
        expect(losses).toEqual({ lost: 0, duplicated: 0, holes: 0 })
        await store.close()
      },
    )

    it(
      'a kill of the server loses nothing, and the store connects again',
      { timeout: 240_000 },
      async () => {
        const { store } = await givenStore(server())
        const acknowledged = new Set<string>()
        const failures: unknown[] = []
        let isOver = false
        const writing = CLIENTS.map(async (place) => {
          const clientId = `client_${place}`
          for (let number = 0; !isOver;) {
            const event = anEvent(clientId, `msg_${place}_${number}`)
            try {
              const recordings = await store.record([event])
              expect(['Recorded', 'Duplicate']).toContain(recordings[0]?._tag)
              acknowledged.add(`msg_${place}_${number}`)
              number += 1
            } catch (error) {
              failures.push(error)
              await delay(20)
            }
          }
        })
        const follower = new AbortController()
        const seen: string[] = []
        const following = (async () => {
          let after: string | undefined
          while (!follower.signal.aborted) {
            try {
              for await (const recorded of store.follow({ after, signal: follower.signal })) {
                after = recorded.position
                seen.push(deliveryOf(recorded))
              }
            } catch (error) {
              failures.push(error)
              await delay(20)
            }
          }
        })()
        const kills = 3
        for (let round = 0; round < kills; round++) {
          const before = acknowledged.size
          await expect
            .poll(() => acknowledged.size, { timeout: 40_000 })
            .toBeGreaterThan(before + 50)
          await server().kill()
          await server().restart()
        }
        const before = acknowledged.size
        await expect.poll(() => acknowledged.size, { timeout: 40_000 }).toBeGreaterThan(before + 50)
        isOver = true
        await Promise.all(writing)
        const losses = await lossesOf(store, acknowledged)
        await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(acknowledged.size)
        follower.abort()
        await following
        console.log(
          `${kills} kills of the server, ${acknowledged.size} events acknowledged, ${failures.length} calls rejected: ` +
            `lost ${losses.lost}, duplicated ${losses.duplicated}, holes ${losses.holes}`,
        )
        expect(losses).toEqual({ lost: 0, duplicated: 0, holes: 0 })
        expect(new Set(seen)).toEqual(acknowledged)
        expect(failures.length).toBeGreaterThan(0)
        expect(failures.filter((failure) => !(failure instanceof StoreUnavailable))).toEqual([])
        await store.close()
      },
    )
  })

  describe('a lost connection', () => {
    const cuts = Array.from({ length: 18 }, (_, place) => place + 1).flatMap((message) =>
      [true, false].map((isForwarded) => ({ message, isForwarded })),
    )

    it('a connection that is lost at any of the first messages leaves no false acknowledgement', async () => {
      const database = await server().newDatabase()
      const direct = await openPostgresStore(server().url(database))
      const proxy = await startProxy(server().port)
      const url = `postgres://owner@127.0.0.1:${proxy.port}/${database}`
      let rejected = 0
      let doneWithoutAnswer = 0
      // On a busy machine two messages can travel together, so that no cut falls on the commit: then once more.
      let count = 0
      for (let round = 0; round < 5 && doneWithoutAnswer === 0; round++) {
        for (const cut of cuts) {
          const place = count++
          const clientId = `client_${place}`
          const [first, second] = [1, 2].map((part) => anEvent(clientId, `msg_${place}_${part}`))
          accepted(await direct.append(clientId, [first!], 0))
          proxy.cutNext(cut)
          const open = () => openPostgresStore(url)
          const store = await open().catch((error: unknown) => {
            expect(error).toMatchObject({ name: 'StoreUnavailable', reason: 'unreachable' })
            rejected += 1
            return open()
          })
          // A duplicate makes the store use a transaction of several statements.
          const attempt = () => store.append(clientId, [first!, second!], 1)
          const answer = await attempt().catch((error: unknown) => error)
          proxy.cutNext(undefined)
          if (answer instanceof Error) {
            expect(answer).toMatchObject({ name: 'StoreUnavailable', reason: 'unreachable' })
            rejected += 1
            await delay(50)
          } else {
            expect(await direct.readClient(clientId)).toHaveLength(2)
            // Written by the first try, and so a duplicate for the second one.
            if (accepted(answer as E.Either<unknown, AppendResult>).recorded.length === 0)
              doneWithoutAnswer += 1
          }
          expect(accepted(await attempt()).revision).toBe(2)
          expect((await direct.readClient(clientId)).map(deliveryOf)).toEqual([
            `msg_${place}_1`,
            `msg_${place}_2`,
          ])
          await store.close()
        }
      }
      console.log(
        `${count} lost connections: ${rejected} calls rejected, ` +
          `${doneWithoutAnswer} done although their answer was lost; false acknowledgements 0`,
      )
      // The store tries once more on another connection.
      expect(rejected).toBe(0)
      expect(doneWithoutAnswer).toBeGreaterThan(0)
      await proxy.close()
      await direct.close()
    })

    it('an append whose answer was lost is repeated on another connection, and then is a duplicate', async () => {
      const database = await server().newDatabase()
      const proxy = await startProxy(server().port)
      const store = await openPostgresStore(`postgres://owner@127.0.0.1:${proxy.port}/${database}`)
      proxy.cutNext({ message: 1, isForwarded: true })
      const append = () => store.append('c', [anEvent('c', 'msg_1')], 0)
      expect(await append()).toEqual(E.right({ revision: 1, recorded: [] }))
      expect(proxy.hasCut()).toBe(true)
      expect(await append()).toEqual(E.right({ revision: 1, recorded: [] }))
      await store.close()
      await proxy.close()
    })

    it('a connection that the server ended is replaced', async () => {
      const { database, store } = await givenStore(server())
      for (let round = 0; round < 5; round++) {
        const appending = Array.from({ length: 8 }, (_, place) =>
          store.append(`c${place}`, [anEvent(`c${place}`, `msg_${round}_${place}`)], 'any').then(
            () => 'answered',
            (error: unknown) => (error as StoreUnavailable).reason,
          ),
        )
        await server().run(
          'postgres',
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`,
        )
        for (const answer of await Promise.all(appending)) {
          expect(['answered', 'unreachable']).toContain(answer)
        }
      }
      await delay(50)
      accepted(await store.append('c', [anEvent('c', 'msg_last')], 0))
      await store.close()
    })
  })
})
