import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { SqliteDriver } from '../../../src/stores/sqlite/driver.js'
import { DRIVERS, linesOf, newPath, startChild } from './given.js'

const APPENDS = 500

const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0
if (!canTrace) {
  console.log('SKIPPED: no strace here, so nothing shows that the disk was synced before an answer')
}

/** What was acknowledged, and how much of it before all that was written had been synced. */
interface Syncs {
  readonly acknowledged: number
  readonly unsynced: number
}

const CALLS = 'write,pwrite64,writev,pwritev,ftruncate,fsync,fdatasync'
const CALL = /^\d+ +(\w+)\(\d+<([^>]*)>(.*)/

/** The shared-memory index is made anew after a crash, and never synced. */
const isDurable = (file: string, path: string): boolean =>
  file.startsWith(path) && !file.endsWith('-shm')

const readTrace = (trace: string, path: string): Syncs => {
  const unsyncedFiles = new Set<string>()
  let [isOpen, hasWritten, acknowledged, unsynced] = [false, false, 0, 0]
  for (const line of trace.split('\n')) {
    const [, call = '', file = '', rest = ''] = CALL.exec(line) ?? []
    if (rest.startsWith(', "open\\n"')) isOpen = true
    if (rest.startsWith(', "ack ')) {
      acknowledged += 1
      if (isOpen && (!hasWritten || unsyncedFiles.size > 0)) unsynced += 1
      hasWritten = false
    } else if (isDurable(file, path)) {
      if (call.endsWith('sync')) unsyncedFiles.delete(file)
      else unsyncedFiles.add(file)
      hasWritten = true
    }
  }
  return { acknowledged, unsynced }
}

const traced = async (
  driver: SqliteDriver,
  setting: 'FULL' | 'NORMAL',
  count: number,
): Promise<Syncs> => {
  const path = await newPath()
  const output = `${path}.trace`
  // A file of an earlier process: some builds open that with NORMAL.
  await linesOf(startChild(['append', path, driver, 'FULL', '0']))
  const strace = ['strace', '-f', '-y', '-s', '16', '-o', output, '-e', `trace=${CALLS}`]
  await linesOf(startChild(['append', path, driver, setting, String(count)], strace))
  return readTrace(await readFile(output, 'utf8'), path)
}

describe.skipIf(!canTrace).each(DRIVERS)('the SQLite store on %s, traced', (driver) => {
  it('syncs whatever it wrote before it answers', async () => {
    const syncs = await traced(driver, 'FULL', APPENDS)
    console.log(
      `SQLite on ${driver}: ${syncs.acknowledged} appends to a reopened file, ` +
        `${syncs.unsynced} answered before the sync`,
    )
    expect(syncs).toEqual({ acknowledged: APPENDS, unsynced: 0 })
  })

  it('would be caught if it did not: with synchronous = NORMAL', async () => {
    const { acknowledged, unsynced } = await traced(driver, 'NORMAL', 50)
    expect(acknowledged).toBe(50)
    expect(unsynced).toBeGreaterThan(40)
  })
})
