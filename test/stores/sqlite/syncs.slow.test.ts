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

/** The number of acknowledged appends, and of those that were acknowledged before a sync of all writes. */
interface Syncs {
  readonly acknowledged: number
  readonly unsynced: number
}

const CALLS = 'write,pwrite64,writev,pwritev,ftruncate,fsync,fdatasync'
const CALL = /^\d+ +(\w+)\(\d+<([^>]*)>(.*)/

/** SQLite creates the shared-memory index again after a crash, and never syncs it. */
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
  // An existing file, because some builds open one with NORMAL.
  await linesOf(startChild(['append', path, driver, 'FULL', '0']))
  const strace = ['strace', '-f', '-y', '-s', '16', '-o', output, '-e', `trace=${CALLS}`]
  await linesOf(startChild(['append', path, driver, setting, String(count)], strace))
  return readTrace(await readFile(output, 'utf8'), path)
}

describe.skipIf(!canTrace).each(DRIVERS)('the SQLite store on %s under strace', (driver) => {
  it('an append is answered after everything that it wrote is synced', async () => {
    const syncs = await traced(driver, 'FULL', APPENDS)
    console.log(
      `SQLite on ${driver}: ${syncs.acknowledged} appends to a reopened file, ` +
        `${syncs.unsynced} answered before the sync`,
    )
    expect(syncs).toEqual({ acknowledged: APPENDS, unsynced: 0 })
  })

  it('this test finds unsynced answers with synchronous = NORMAL', async () => {
    const { acknowledged, unsynced } = await traced(driver, 'NORMAL', 50)
    expect(acknowledged).toBe(50)
    expect(unsynced).toBeGreaterThan(40)
  })
})
