import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createQueue, type GroupLimits } from '../../../src/stores/kit/queue.js'

/** A queue that notes its groups, and how many were done at the same time. */
const notingQueue = (limits?: GroupLimits<number>) => {
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

describe('a queue', () => {
  it('does together what came while it was busy, and answers each', async () => {
    const { queue, groups } = notingQueue()
    const first = queue.add(1)
    await delay(1)
    const others = [2, 3, 4].map(queue.add)
    expect(await Promise.all([first, ...others])).toEqual(['done 1', 'done 2', 'done 3', 'done 4'])
    expect(groups).toEqual([[1], [2, 3, 4]])
  })

  it('makes groups of some weight, of which so many are done at once', async () => {
    const { queue, groups, mostAtOnce } = notingQueue({
      groupsAtOnce: 2,
      groupWeight: 10,
      weightOf: (job) => job,
    })
    await Promise.all([4, 4, 4, 30, 1, 9, 10].map(queue.add))
    expect(groups).toEqual([[4, 4, 4], [30], [1, 9], [10]])
    expect(mostAtOnce()).toBe(2)
  })

  it('rejects all of a group that failed, and goes on', async () => {
    const { queue } = notingQueue()
    const outcomes = await Promise.allSettled([1, -1].map(queue.add))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await queue.add(2)).toBe('done 2')
  })

  it('is idle when all is done that was added', async () => {
    const { queue, groups } = notingQueue({ groupWeight: 1 })
    await queue.idle()
    const done = Promise.all([1, 2, 3].map(queue.add))
    await queue.idle()
    expect(groups).toHaveLength(3)
    await done
  })
})
