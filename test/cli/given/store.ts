import { join } from 'node:path'
import type { Client } from '../../../src/events/client.js'
import { generateLog } from '../../../src/testing/log/generate-log.js'
import { logOf } from '../../replay/log-bytes.js'
import { DRIVERS, rawDatabase } from '../../stores/sqlite/given.js'
import type { SqliteDatabase } from '../../../src/stores/sqlite/driver.js'
import { folderWith, linesOf, type Ended, type Folder } from './folder.js'

/** The last line of `import`. */
export const summary = (counts: Partial<Record<string, number>>): string => {
  const { recorded = 0, duplicates = 0, conflicts = 0, erased = 0, refused = 0 } = counts
  return `recorded ${recorded}, duplicates ${duplicates}, conflicts ${conflicts}, erased ${erased}, refused ${refused}\n`
}

/** A count in the last line of `import`. */
export const countIn = ({ stdout }: Ended, name: string): number =>
  Number(new RegExp(`${name} (\\d+)`).exec(stdout)?.[1])

/** Writes a generated log, and a log with the final answers of the Backend API added to it. */
export const writeLogs = async (folder: Folder, events: number, clients: number): Promise<void> => {
  const lines = [...generateLog({ events, clients, seed: 5, shape: 'slim' })]
  await folder.write('log', logOf(...lines))
  const { stdout } = await folder.run(['replay', 'log'])
  const observations = linesOf(stdout).map((line, index) => {
    const client = JSON.parse(line) as Client
    const data = { ...client, sign_in_id: `sia_${index}`, last_authentication_strategy: 'ticket' }
    const id = `observation_${index}`
    return JSON.stringify({ id, type: 'client.observed', timestamp: client.updated_at, data })
  })
  await folder.write('observed', logOf(...lines, ...observations))
}

/** Makes a folder with a log, which is imported into a store. */
export const folderWithStore = async (log: Uint8Array): Promise<Folder> => {
  const folder = await folderWith({ log })
  await folder.run(['import', 'log'])
  return folder
}

/** Opens the SQLite file of a folder directly, without the store. */
export const openDatabase = async (folder: Folder): Promise<SqliteDatabase> => {
  const [driver] = DRIVERS
  if (driver === undefined) throw new Error('no driver for SQLite is installed')
  return rawDatabase(driver, join(folder.path, 'clients.db'))
}

/** Changes the SQLite file of a folder directly, without the store. */
export const changeDatabase = async (folder: Folder, sql: string): Promise<void> => {
  const database = await openDatabase(folder)
  database.exec(sql)
  database.close()
}

/** The commands that need a store, which only `import` and `serve` create. */
export const STORE_COMMANDS: ReadonlyArray<{
  readonly command: string
  readonly args: ReadonlyArray<string>
}> = [
  { command: 'export', args: ['export'] },
  { command: 'show', args: ['show', 'client_1'] },
  { command: 'devices', args: ['devices', 'user_1'] },
  { command: 'sessions', args: ['sessions', 'user_1'] },
  { command: 'history', args: ['history', 'client_1'] },
  { command: 'follow', args: ['follow'] },
  { command: 'erase', args: ['erase', '--client', 'client_1'] },
  { command: 'scrub', args: ['scrub'] },
  { command: 'quarantine list', args: ['quarantine', 'list'] },
  { command: 'quarantine retry', args: ['quarantine', 'retry'] },
  { command: 'quarantine show', args: ['quarantine', 'show', 'msg_1'] },
  { command: 'quarantine remove', args: ['quarantine', 'remove', 'msg_1'] },
]
