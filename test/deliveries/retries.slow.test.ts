import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { clientIdOf } from '../../src/events/client-event.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { generateLog } from '../../src/testing/log/generate-log.js'
import { createRandom } from '../../src/testing/log/random.js'
import { describeWithPostgres } from '../stores/postgres/given.js'

const DELIVERIES = Number(process.env.CLIENTFOLD_DELIVERIES ?? 2000)
const PROCESSES = 4
const KILLS_EACH = 3

const folder = await mkdtemp(join(tmpdir(), 'clientfold-retries-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

const random = createRandom(7)

/** Each delivery up to eight times, all of them shuffled, over as many files as processes. */
const hostileFiles = async (): Promise<{
  files: ReadonlyArray<string>
  ids: ReadonlySet<string>
}> => {
  const options = { events: DELIVERIES, clients: DELIVERIES / 20, seed: 7, shape: 'slim' } as const
  const lines = [...new Set(generateLog(options))]
  const shuffled = lines
    .flatMap((line) => Array.from({ length: random.integer(1, 8) }, () => line))
    .map((line) => ({ line, place: random.integer(0, 2 ** 31 - 1) }))
    .sort((left, right) => left.place - right.place)
    .map(({ line }) => line)
  const files = Array.from({ length: PROCESSES }, (_, n) => join(folder, `part${n}.ndjson`))
  for (const [n, file] of files.entries()) {
    const part = shuffled.filter((_, index) => index % PROCESSES === n)
    await writeFile(file, `${part.join('\n')}\n`)
  }
  const ids = lines.map((line) => (JSON.parse(line) as { readonly id: string }).id)
  return { files, ids: new Set(ids) }
}

/** Imports a file to its end, although the process is killed several times and started again. */
const importWithKills = async (file: string, store: string): Promise<number> => {
  let kills = 0
  for (;;) {
    const args = [resolve('dist/cli/main.js'), 'import', file, '--store', store]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let errorOutput = ''
    child.stderr.on('data', (chunk: Buffer) => (errorOutput += chunk.toString()))
    const timer =
      kills < KILLS_EACH
        ? setTimeout(() => child.kill('SIGKILL'), random.integer(150, 700))
        : undefined
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    clearTimeout(timer)
    if (signal === 'SIGKILL') kills += 1
    else if (code === 0) return kills
    else throw new Error(`the import ended with ${code}: ${errorOutput}`)
  }
}

const expectOnceEach = async (store: EventStore, ids: ReadonlySet<string>): Promise<void> => {
  const revisions = new Map<string, number>()
  const seen = new Set<string>()
  let [events, holes] = [0, 0]
  for await (const { event, revision } of store.readAll()) {
    events += 1
    seen.add(event.id ?? '')
    const clientId = clientIdOf(event)
    if (revision !== (revisions.get(clientId) ?? 0) + 1) holes += 1
    revisions.set(clientId, revision)
  }
  await store.close()
  const lost = [...ids].filter((id) => !seen.has(id)).length
  console.log(
    `  ${ids.size} deliveries: lost ${lost}, duplicated ${events - seen.size}, holes ${holes}`,
  )
  expect({ lost, events, holes }).toEqual({ lost: 0, events: ids.size, holes: 0 })
}

const run = async (url: string, open: () => Promise<EventStore>): Promise<void> => {
  const { files, ids } = await hostileFiles()
  const kills = await Promise.all(files.map((file) => importWithKills(file, url)))
  console.log(`  ${PROCESSES} processes, killed ${kills.join(' + ')} times`)
  await expectOnceEach(await open(), ids)
}

const timeout = 30_000 + DELIVERIES * 10

describe('repeated deliveries', () => {
  it(
    'repeated deliveries by killed processes are recorded once each in SQLite',
    { timeout },
    async () => {
      const path = join(folder, 'retries.db')
      await run(`sqlite:${path}`, () => openSqliteStore(path))
    },
  )

  describeWithPostgres('on PostgreSQL', (server) => {
    it(
      'repeated deliveries by killed processes are recorded once each in PostgreSQL',
      { timeout },
      async () => {
        const url = server().url(await server().newDatabase())
        await run(url, () => openPostgresStore(url))
      },
    )
  })
})
