import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import type { EventStore } from '../../../src/event-store/event-store.js'
import { StoreUnavailable } from '../../../src/event-store/store-error.js'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import { unavailable } from '../../../src/stores/postgres/errors.js'
import { anEvent, deliveryOf, describeWithPostgres, readEverything } from './given.js'

const WRITERS = [0, 1, 2, 3]

describe('the PostgreSQL errors', () => {
  it.each([
    { name: 'disk_full', code: '53100' },
    { name: 'io_error', code: '58030' },
    { name: 'data_corrupted', code: 'XX001' },
  ])('the error $name of the disk has the reason storage', ({ code }) => {
    const cause = Object.assign(new Error('a text that quotes user_1'), { code })
    expect(unavailable(cause)).toMatchObject({
      reason: 'storage',
      message: `the disk of PostgreSQL is full, or failed (${code})`,
      cause,
    })
  })
})

/** Writes until every writer fails, and returns the acknowledged ids and the error of each writer. */
const fill = async (store: EventStore) => {
  const acknowledged: string[] = []
  const errors = await Promise.all(
    WRITERS.map(async (writer) => {
      for (let turn = 0; turn < 2000; turn++) {
        // Few events of each client, so that sorting them needs no space on the disk.
        const clientId = `c${writer}_${turn % 20}`
        const events = Array.from({ length: 50 }, (_, part) =>
          anEvent(clientId, `msg_${writer}_${turn}_${part}`),
        )
        try {
          if (turn % 2 === 0) await store.record(events)
          else if (E.isLeft(await store.append(clientId, events, 'any'))) throw new Error('refused')
        } catch (error) {
          return error
        }
        acknowledged.push(...events.map(({ id }) => id ?? ''))
      }
      return undefined
    }),
  )
  return { acknowledged, errors }
}

/** The differences between the acknowledged events and the stored ones. */
const differences = async (store: EventStore, acknowledged: ReadonlyArray<string>) => {
  const all = await readEverything(store)
  const ids = all.map(deliveryOf)
  const there = new Set(ids)
  const holes = await Promise.all(
    (await store.clientIds()).map(async (clientId) =>
      (await store.readClient(clientId)).filter(({ revision }, at) => revision !== at + 1),
    ),
  )
  return {
    lost: acknowledged.filter((id) => !there.has(id)).length,
    duplicated: ids.length - there.size,
    // A refused batch leaves nothing behind.
    unacknowledged: ids.length - acknowledged.length,
    holes: holes.flat().length,
  }
}

const NONE = { lost: 0, duplicated: 0, unacknowledged: 0, holes: 0 }

const isMounted = (...args: ReadonlyArray<string>): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', ...args]).status === 0

const disk = mkdtempSync(join(tmpdir(), 'clientfold-disk-'))
const hasDisk = isMounted('-o', 'size=24m', 'tmpfs', disk)
afterAll(() => {
  if (hasDisk) spawnSync('umount', [disk])
  rmSync(disk, { recursive: true, force: true })
})

describeWithPostgres(
  'the PostgreSQL store on a full disk',
  (server) => {
    it('a store whose files can grow no further acknowledges only what it keeps', async () => {
      const database = await server().newDatabase()
      await server().kill()
      await server().restart(2048)
      const store = await openPostgresStore(server().url(database))
      const { acknowledged, errors } = await fill(store)
      for (const error of errors) {
        expect(error).toBeInstanceOf(StoreUnavailable)
        expect(error).toMatchObject({ reason: 'storage' })
      }
      expect(acknowledged.length).toBeGreaterThan(1000)
      // Reading works all the time.
      const full = await differences(store, acknowledged)
      await store.close()

      await server().kill()
      await server().restart()
      const reopened = await openPostgresStore(server().url(database))
      const after = await differences(reopened, acknowledged)
      console.log(
        `PostgreSQL with files of 2 MiB at most: ${acknowledged.length} events acknowledged, ` +
          `${(errors[0] as Error).message}; reopened: ${JSON.stringify(after)}`,
      )
      expect([full, after]).toEqual([NONE, NONE])
      expect(await reopened.record([anEvent('c0_0', 'msg_after')])).toMatchObject([
        { _tag: 'Recorded' },
      ])
      await reopened.close()
    })

    it.skipIf(!hasDisk)(
      'a store on a full disk reports it, and works again when there is space',
      async () => {
        server().give(disk)
        await server().run('postgres', `create tablespace small location '${disk}'`)
        await server().run('postgres', 'create database on_small tablespace small')
        const store = await openPostgresStore(server().url('on_small'))
        const { acknowledged, errors } = await fill(store)
        for (const error of errors) {
          expect(error).toMatchObject({
            name: 'StoreUnavailable',
            reason: 'storage',
            message: 'the disk of PostgreSQL is full, or failed (53100)',
          })
        }
        expect(acknowledged.length).toBeGreaterThan(1000)
        const full = await differences(store, acknowledged)
        expect(isMounted('-o', 'remount,size=64m', 'tmpfs', disk)).toBe(true)
        // The same store with the same connections.
        expect(await store.record([anEvent('c0_0', 'msg_after')])).toMatchObject([
          { _tag: 'Recorded' },
        ])
        await store.close()
        const reopened = await openPostgresStore(server().url('on_small'))
        const after = await differences(reopened, [...acknowledged, 'msg_after'])
        console.log(
          `PostgreSQL on a full disk of 24 MiB: ${acknowledged.length} events acknowledged; ` +
            `with more room: ${JSON.stringify(after)}`,
        )
        expect([full, after]).toEqual([NONE, NONE])
        await reopened.close()
        await server().run('postgres', 'drop database on_small', 'drop tablespace small')
      },
    )
  },
  // Otherwise a file of the write-ahead log would exceed the limit.
  ['--wal-segsize=1'],
)
