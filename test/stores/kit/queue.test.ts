import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createQueue, type GroupLimits } from '../../../src/stores/kit/queue.js'

/** A queue that keeps a list of its groups, and the greatest number of groups at the same time. */
const givenQueue = (limits?: GroupLimits<number>) => {
  const groups: Array<ReadonlyArray<number>> = []
  let [running, most] = [0, 0]
  const queue = createQueue<number, string>(async (jobs) => {
    groups.push(jobs)
    most = Math.max(most, ++running)
    await delay(5)
    running -= 1
    if (jobs.includes(-1)) throw new Error('the disk is full')
    return jobs.map((job) => `done ${job}`)
  }, limits)
  return { queue, groups, mostAtOnce: () => most }
}

describe('the queue', () => {
  it('jobs that are added while a group is running form the next group, and each gets its result', async () => {
    const { queue, groups } = givenQueue()
    const first = queue.add(1)
    await delay(1)
    const others = [2, 3, 4].map(queue.add)
    expect(await Promise.all([first, ...others])).toEqual(['done 1', 'done 2', 'done 3', 'done 4'])
    expect(groups).toEqual([[1], [2, 3, 4]])
  })

  it('after a failed group, the jobs that have waited too long reject as busy, and later jobs are done', async () => {
    const { queue, groups } = givenQueue({ longestWaitMilliseconds: 0 })
    const first = queue.add(-1).catch((error: unknown) => error)
    await delay(1)
    const second = queue.add(2).catch((error: unknown) => error)
    expect(await first).toMatchObject({ message: 'the disk is full' })
    expect(await second).toMatchObject({ name: 'StoreUnavailable', reason: 'busy' })
    expect(await queue.add(3)).toBe('done 3')
    expect(groups).toEqual([[-1], [3]])
  })

  it('a group is closed at its weight, and no more groups than allowed run at once', async () => {
    const { queue, groups, mostAtOnce } = givenQueue({
      groupsAtOnce: 2,
      groupWeight: 10,
      weightOf: (job) => job,
    })
    await Promise.all([4, 4, 4, 30, 1, 9, 10].map(queue.add))
    expect(groups).toEqual([[4, 4, 4], [30], [1, 9], [10]])
    expect(mostAtOnce()).toBe(2)
  })

  it('all jobs of a failed group are rejected, and later jobs succeed', async () => {
    const { queue } = givenQueue()
    const outcomes = await Promise.allSettled([1, -1].map(queue.add))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await queue.add(2)).toBe('done 2')
  })

  it('a queue is idle when all added jobs are done', async () => {
    const { queue, groups } = givenQueue({ groupWeight: 1 })
    await queue.idle()
    const done = Promise.all([1, 2, 3].map(queue.add))
    await queue.idle()
    expect(groups).toHaveLength(3)
    await done
  })
})
