import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { EventStore } from '../../src/event-store/event-store.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { aSessionEvent } from '../given.js'
import { describeWithPostgres } from './postgres/given.js'
import { DRIVERS, newPath } from './sqlite/given.js'

/** `npm run test:crash` sets more. */
const ROUNDS = Number(process.env.CLIENTFOLD_MAINTENANCE_KILLS ?? 10)

const CHILD = fileURLToPath(new URL('erasing-child.mjs', import.meta.url))

/** Lets a process erase, kills it, and gives what it acknowledged. */
const runAndKill = async (args: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  const closed = new Promise((resolve) => child.once('close', resolve))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  await pause(Math.random() * 400)
  child.kill('SIGKILL')
  await closed
  return output.split('\n').slice(0, -1)
}

const namesOf = (lines: ReadonlyArray<string>, word: string): ReadonlyArray<string> =>
  lines.flatMap((line) => (line.startsWith(`${word} `) ? line.slice(word.length + 1) : []))

const check = async (what: string, store: EventStore, lines: ReadonlyArray<string>) => {
  const texts: string[] = []
  for await (const { event } of store.readAll()) texts.push(JSON.stringify(event))
  const log = texts.join('\n')
  const recorded = namesOf(lines, 'recorded')
  const erased = namesOf(lines, 'erased')
  const removed = namesOf(lines, 'removed')
  const has = (id: string): boolean => log.includes(`"${id}"`)
  const lost = recorded.filter((name) => !has(`msg_kept_${name}`) || !has(`observed_${name}`))
  const back = [
    ...erased.filter((name) => has(`gone_${name}`) || has(`sess_gone_${name}`)),
    ...removed.filter((name) => has(`device_${name}`)),
  ]
  const again = await store.record([
    ...erased.map((name) =>
      aSessionEvent({ id: 'new', client_id: 'new', user_id: `gone_${name}` }),
    ),
    ...removed.map((name) => aSessionEvent({ id: 'new', client_id: `device_${name}` })),
  ])
  const accepted = again.filter(({ _tag }) => _tag !== 'Erased').length
  const damages: unknown[] = []
  await store.check({ onDamage: (damage) => damages.push(damage) })
  console.log(
    `${what}: ${ROUNDS} kills, ${erased.length + removed.length} erasures acknowledged, ` +
      `lost ${lost.length}, erased back ${back.length + accepted}, damaged ${damages.length}`,
  )
  expect(erased.length).toBeGreaterThan(0)
  expect({ lost, back, accepted, damages }).toEqual({
    lost: [],
    back: [],
    accepted: 0,
    damages: [],
  })
}

describe.each(DRIVERS)('erasures from SQLite on %s', (driver) => {
  it(
    'a process that is killed while it erases and scrubs loses no event of others, and nothing comes back',
    async () => {
      const path = await newPath()
      const lines: string[] = []
      for (let round = 0; round < ROUNDS; round++) {
        lines.push(...(await runAndKill(['sqlite', path, String(round), driver])))
      }
      const store = await openSqliteStore({ path, driver })
      await check(`SQLite on ${driver}`, store, lines)
      await store.close()
    },
    20_000 + ROUNDS * 8000,
  )
})

describeWithPostgres('erasures', (server) => {
  it(
    'a process that is killed while it erases and scrubs PostgreSQL loses no event of others, and nothing comes back',
    async () => {
      const url = server().url(await server().newDatabase())
      const lines: string[] = []
      for (let round = 0; round < ROUNDS; round++) {
        lines.push(...(await runAndKill(['postgres', url, String(round)])))
      }
      const store = await openPostgresStore(url)
      await check('PostgreSQL', store, lines)
      await store.close()
    },
    20_000 + ROUNDS * 8000,
  )
})
