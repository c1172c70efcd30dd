import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { EventStore } from '../../src/event-store/event-store.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { answersOf } from '../../src/testing/store-contract/backup-source.js'
import { sampleEvent } from '../../src/testing/store-contract/sample-events.js'
import { COMMAND } from '../cli/given/folder.js'
import { describeWithPostgres } from './postgres/given.js'
import { newPath } from './sqlite/given.js'

/** `npm run test:crash` sets more. */
const ROUNDS = Number(process.env.CLIENTFOLD_MAINTENANCE_KILLS ?? 10)

const CLIENTS = 100
const EVENTS = 12_000

const eventOf = (n: number) =>
  sampleEvent(n, {
    ...{ clientId: `client_${n % CLIENTS}`, userId: `user_${n % 70}` },
    ...{ sessionId: `sess_${n % 900}`, id: `msg_${n}` },
  })

const ASKED = { userIds: ['user_1', 'user_7'], sessionIds: ['sess_1', 'sess_30'] }

/** A backup of a store in which things were erased and kept, and what that store answers. */
const makeBackup = async (): Promise<{ readonly file: string; readonly answers: unknown }> => {
  const path = await newPath()
  const store = await openSqliteStore({ path })
  for (let start = 0; start < EVENTS; start += 1000) {
    await store.record(Array.from({ length: 1000 }, (_, n) => eventOf(start + n)))
  }
  for (let n = 0; n < 30; n++) {
    const body = Uint8Array.of(n, 0, 255)
    await store.quarantine.keep({ id: `msg_q${n}`, receivedAt: n, reason: 'not JSON', body })
  }
  await store.eraseUser('user_7')
  await store.eraseClient('client_3')
  const answers = await answersOf(store, ASKED)
  await store.close()
  const file = join(dirname(path), 'backup.gz')
  const { code } = await run(['backup', '--store', `sqlite:${path}`, '--out', file])
  expect(code).toBe(0)
  return { file, answers }
}

/** Runs the command, and kills it after a time. */
const run = async (
  args: ReadonlyArray<string>,
  milliseconds?: number,
): Promise<{ readonly code: number | null }> => {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const closed = new Promise<number | null>((resolve) => {
    child.once('close', resolve)
  })
  if (milliseconds !== undefined) {
    await Promise.race([pause(milliseconds), closed])
    child.kill('SIGKILL')
  }
  return { code: await closed }
}

/** Opens a store, or says why it cannot be opened. */
const opened = (open: () => Promise<EventStore>): Promise<EventStore | string> =>
  open().catch((error: unknown) => {
    if (error instanceof StoreUnavailable) return error.reason
    throw error
  })

/** Kills restores, and looks after each kill whether a part is taken for the whole. */
const killRestores = async (
  what: string,
  newStore: () => Promise<{ readonly url: string; readonly open: () => Promise<EventStore> }>,
): Promise<void> => {
  const { file, answers } = await makeBackup()
  const whole = await newStore()
  const started = performance.now()
  expect((await run(['restore', file, '--store', whole.url])).code).toBe(0)
  let duration = performance.now() - started
  const counts: Record<string, number> = {}
  let store = await newStore()
  const finish = async (): Promise<void> => {
    expect((await run(['restore', file, '--store', store.url])).code).toBe(0)
    const restored = await store.open()
    expect(await answersOf(restored, ASKED)).toEqual(answers)
    await restored.close()
    store = await newStore()
  }
  for (let round = 0; round < ROUNDS; round++) {
    await run(['restore', file, '--store', store.url], duration * (0.2 + Math.random() * 0.8))
    const state = await opened(store.open)
    const name = typeof state === 'string' ? state : 'whole or empty'
    counts[name] = (counts[name] ?? 0) + 1
    if (typeof state === 'string') {
      expect(['incomplete', 'missing']).toContain(state)
    } else {
      const { clients } = await state.check({ onDamage: () => undefined })
      // Empty, if the kill came before the first write.
      if (clients > 0) expect(await answersOf(state, ASKED)).toEqual(answers)
      await state.close()
      if (clients > 0) {
        // The kill came too late: this run was faster than the first one. The next kills come earlier.
        duration *= 0.8
        await finish()
      }
    }
    if (round % 4 === 3) await finish()
  }
  await finish()
  console.log(`${what}: ${ROUNDS} kills of a restore, found ${JSON.stringify(counts)}`)
  expect(counts.incomplete ?? 0).toBeGreaterThan(0)
}

describe('restores into SQLite', () => {
  it(
    'a restore that is killed is never taken for whole, and ends equal when it is repeated',
    () =>
      killRestores('SQLite', async () => {
        const path = await newPath()
        return {
          url: `sqlite:${path}`,
          open: () => openSqliteStore({ path, create: false }),
        }
      }),
    60_000 + ROUNDS * 15_000,
  )
})

describeWithPostgres('restores', (server) => {
  it(
    'a restore into PostgreSQL that is killed is never taken for whole, and ends equal when it is repeated',
    () =>
      killRestores('PostgreSQL', async () => {
        const url = server().url(await server().newDatabase())
        return { url, open: () => openPostgresStore({ url, create: false }) }
      }),
    60_000 + ROUNDS * 15_000,
  )
})
