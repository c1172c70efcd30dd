import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import {
  loadDriver,
  type SqliteDatabase,
  type SqliteDriver,
} from '../../../src/stores/sqlite/driver.js'
import type { EventStore } from '../../../src/event-store/event-store.js'
import type { RecordedEvent } from '../../../src/event-store/recorded-event.js'

const isInstalled = (driver: SqliteDriver): Promise<boolean> =>
  loadDriver(driver).then(
    () => true,
    () => false,
  )

const BOTH: ReadonlyArray<SqliteDriver> = ['node:sqlite', 'libsql']
const installed = await Promise.all(BOTH.map(isInstalled))

/** The drivers that this Node has. */
export const DRIVERS = BOTH.filter((_, index) => installed[index])

const folders: string[] = []
afterAll(async () => {
  for (const path of folders.splice(0)) await rm(path, { recursive: true, force: true })
})

/** A folder that is removed after the tests. */
export const newFolder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'clientfold-sqlite-'))
  folders.push(path)
  return path
}

/** The path of a file that does not exist yet, in a new folder. */
export const newPath = async (): Promise<string> => join(await newFolder(), 'clients.db')

const NOBODY = 65_534

/** Does some work without the rights of root. */
export const asNobody = async <A>(work: () => Promise<A>): Promise<A> => {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(NOBODY)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

/** A connection without a store. */
export const rawDatabase = async (driver: SqliteDriver, path: string): Promise<SqliteDatabase> =>
  (await loadDriver(driver))(path)

/** A handle that does something around each call that reaches SQLite. */
export const intercepted = (
  database: SqliteDatabase,
  before: (sql: string) => void,
  after: () => void = () => undefined,
): SqliteDatabase => {
  const around = <A>(sql: string, call: () => A): A => {
    before(sql)
    const result = call()
    after()
    return result
  }
  return {
    exec: (sql) => around(sql, () => database.exec(sql)),
    close: () => database.close(),
    prepare: (sql) => {
      const statement = around(sql, () => database.prepare(sql))
      return {
        run: (...values) => around(sql, () => statement.run(...values)),
        get: (...values) => around(sql, () => statement.get(...values)),
        all: (...values) => around(sql, () => statement.all(...values)),
      }
    },
  }
}

/** All bytes of all files of a folder. */
export const bytesOf = async (folder: string): Promise<Buffer> =>
  Buffer.concat(
    await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name)))),
  )

/** All events of a store. */
export const everything = async (store: EventStore): Promise<ReadonlyArray<RecordedEvent>> => {
  const events: RecordedEvent[] = []
  for await (const recorded of store.readAll()) events.push(recorded)
  return events
}

/** The number of an event within its file, which its position holds. */
export const numberOf = ({ position }: Pick<RecordedEvent, 'position'>): number =>
  Number(position.split('/')[1])

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url))

/** Starts `child.mjs`, which uses the built package: `npm test` builds it first. */
export const startChild = (
  args: ReadonlyArray<string>,
  prefix: ReadonlyArray<string> = [],
): ChildProcess => {
  const [command = '', ...rest] = [...prefix, process.execPath, '--no-warnings', CHILD, ...args]
  return spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** The complete lines that a child has written, after its end. */
export const linesOf = async (child: ChildProcess): Promise<ReadonlyArray<string>> => {
  const chunks: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  await new Promise((resolve) => child.on('close', resolve))
  // A line that a kill cut off was not acknowledged.
  return Buffer.concat(chunks).toString().split('\n').slice(0, -1)
}
