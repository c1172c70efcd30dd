import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { createLockWait } from '../../../src/stores/sqlite/lock-wait.js'
import { aSessionEvent } from '../../given.js'
import { DRIVERS, intercepted, newPath, rawDatabase } from './given.js'

const BUSY = new Error('busy')

/** Work that is busy while a lock is held, and how often it was tried. */
const lockedWork = () => {
  let [isLocked, tries] = [true, 0]
  return {
    work: (): string => {
      tries += 1
      if (isLocked) throw BUSY
      return 'done'
    },
    release: () => {
      isLocked = false
    },
    tries: () => tries,
  }
}

const isBusy = (error: unknown): boolean => error === BUSY

describe('the wait for a lock', () => {
  it('one of many tries while the others wait, and then all of them do their work', async () => {
    const { work, release, tries } = lockedWork()
    const wait = createLockWait(isBusy, 60_000)
    // Those that come at the same time too.
    const first = Promise.all(Array.from({ length: 100 }, () => wait(work)))
    expect(tries()).toBe(1)
    await pause(20)
    const triesBefore = tries()
    let triesOfOthers = 0
    const others = Array.from({ length: 1000 }, () =>
      wait(() => {
        triesOfOthers += 1
        return work()
      }),
    )
    await pause(50)
    expect(triesOfOthers).toBe(0)
    expect(tries()).toBeGreaterThan(triesBefore)
    release()
    expect(new Set(await Promise.all(others))).toEqual(new Set(['done']))
    expect(new Set(await first)).toEqual(new Set(['done']))
    expect(triesOfOthers).toBe(1000)
  })

  it('all that wait reject with the error once their time is over, and later work succeeds', async () => {
    const { work, release } = lockedWork()
    const wait = createLockWait(isBusy, 30)
    const waiting = Array.from({ length: 100 }, () => wait(work))
    for (const ended of await Promise.allSettled(waiting)) {
      expect(ended).toEqual({ status: 'rejected', reason: BUSY })
    }
    release()
    expect(await wait(work)).toBe('done')
  })

  it('another error is not waited for, and the others go on', async () => {
    const { work, release } = lockedWork()
    const wait = createLockWait(isBusy, 60_000)
    let hasFailed = false
    const failing = wait(() => {
      if (!hasFailed) {
        hasFailed = true
        throw BUSY
      }
      throw new TypeError('a defect')
    })
    const waiting = wait(work)
    await expect(failing).rejects.toThrow('a defect')
    release()
    expect(await waiting).toBe('done')
  })
})

describe.each(DRIVERS)('a SQLite file on %s that another process has locked', (driver) => {
  it('while a hundred appends and readings wait, the event loop turns and few of them call SQLite', async () => {
    const path = await newPath()
    // A file with a rollback journal, in which an exclusive lock stops readers too.
    await (await openSqliteStore({ path, driver })).close()
    const other = await rawDatabase(driver, path)
    other.exec('PRAGMA journal_mode = truncate')
    let calls = 0
    const handle = intercepted(await rawDatabase(driver, path), () => (calls += 1))
    const store = await openSqliteStore({ driver: handle, busyTimeoutMilliseconds: 60_000 })
    other.exec('BEGIN EXCLUSIVE')
    calls = 0
    let ticks = 0
    const ticking = setInterval(() => (ticks += 1), 1)
    const working = Promise.all([
      ...Array.from({ length: 100 }, (_, serial) =>
        store.record([aSessionEvent({}, { id: `event_${serial}` })]),
      ),
      ...Array.from({ length: 100 }, () => store.readClient('client_1')),
    ])
    while (ticks < 50) await pause(5)
    clearInterval(ticking)
    // Each of the two kinds of lock is tried every few milliseconds, with two calls.
    const callsPerTick = calls / ticks
    other.exec('COMMIT')
    expect(callsPerTick).toBeLessThan(10)
    const answers = await working
    expect(answers.slice(0, 100)).toMatchObject(
      Array.from({ length: 100 }, () => [{ _tag: 'Recorded' }]),
    )
    other.close()
    await store.close()
    handle.close()
  })

  it('appends that wait behind a group that was locked out reject with it, and do not wait once more', async () => {
    const path = await newPath()
    const other = await rawDatabase(driver, path)
    let begins = 0
    const handle = intercepted(await rawDatabase(driver, path), (sql) => {
      if (sql === 'BEGIN IMMEDIATE') begins += 1
    })
    const counted = await openSqliteStore({ driver: handle, busyTimeoutMilliseconds: 1500 })
    other.exec('BEGIN IMMEDIATE')
    const first = counted.record([aSessionEvent({}, { id: 'first' })])
    const second = counted.record([aSessionEvent({}, { id: 'second' })])
    await expect(first).rejects.toMatchObject({ reason: 'busy' })
    begins = 0
    await expect(second).rejects.toMatchObject({ reason: 'busy' })
    expect(begins).toBe(0)
    other.exec('ROLLBACK')
    expect(await counted.record([aSessionEvent()])).toMatchObject([{ _tag: 'Recorded' }])
    await counted.close()
    handle.close()
    other.close()
  })
})
