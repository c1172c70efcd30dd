import { join } from 'node:path'
import type { Client } from '../../src/events/client.js'
import { generateLog } from '../../src/testing/log/generate-log.js'
import { logOf } from '../replay/log-bytes.js'
import { DRIVERS, rawDatabase } from '../stores/sqlite/given.js'
import type { SqliteDatabase } from '../../src/stores/sqlite/driver.js'
import type { Ended, Folder } from './run-cli.js'

/** Lines of text, without their ends. */
export const linesOf = (text: string): ReadonlyArray<string> => text.split('\n').slice(0, -1)

/** What `import` says at the end. */
export const summary = (counts: Partial<Record<string, number>>): string => {
  const { recorded = 0, duplicates = 0, conflicts = 0, erased = 0, refused = 0 } = counts
  return `recorded ${recorded}, duplicates ${duplicates}, conflicts ${conflicts}, erased ${erased}, refused ${refused}\n`
}

export const countIn = ({ stdout }: Ended, name: string): number =>
  Number(new RegExp(`${name} (\\d+)`).exec(stdout)?.[1])

/** A generated log, without and with what the Backend API answered in the end. */
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

/** The SQLite file of a folder, opened beside the command. */
export const besides = async (folder: Folder): Promise<SqliteDatabase> => {
  const [driver] = DRIVERS
  if (driver === undefined) throw new Error('there is no driver for SQLite')
  return rawDatabase(driver, join(folder.path, 'clients.db'))
}
