import { StoreUnavailable } from '../../event-store/store-error.js'

/** Takes single jobs, and does them in groups. */
export interface Queue<Job, Result> {
  /** Adds a job. Resolves when its group is done; rejects when its group failed. */
  readonly add: (job: Job) => Promise<Result>
  /** Resolves when all added jobs are done. */
  readonly idle: () => Promise<void>
}

/** How jobs are grouped. */
export interface GroupLimits<Job> {
  /** How many groups are done at the same time; 1 unless given. */
  readonly groupsAtOnce?: number
  /** A group takes no more jobs once it has this weight; without a bound unless given. */
  readonly groupWeight?: number
  /**
   * When a group has failed, the jobs that have waited longer than this reject as `busy` and are not
   * done. Otherwise all groups would fail one after another, each after a time of its own.
   */
  readonly longestWaitMilliseconds?: number
  /** The weight of a job; 1 unless given. */
  readonly weightOf?: (job: Job) => number
}

interface PendingJob<Job, Result> {
  readonly job: Job
  /** As `performance.now()` gives it. */
  readonly addedAt: number
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * A queue that does jobs in groups. A group consists of the jobs that were added while the groups
 * before it were running, so that many callers share one wait for the disk.
 *
 * @param work - does a group, and returns a result for each job in the same order
 */
export const createQueue = <Job, Result>(
  work: (jobs: ReadonlyArray<Job>) => Promise<ReadonlyArray<Result>>,
  {
    groupsAtOnce = 1,
    groupWeight = Infinity,
    longestWaitMilliseconds = Infinity,
    weightOf = () => 1,
  }: GroupLimits<Job> = {},
): Queue<Job, Result> => {
  let pendingJobs: Array<PendingJob<Job, Result>> = []
  let isScheduled = false
  let hasFailed = false
  const runningGroups = new Set<Promise<void>>()

  const takeGroup = (): ReadonlyArray<PendingJob<Job, Result>> => {
    let [count, weight] = [0, 0]
    for (const { job } of pendingJobs) {
      if (weight >= groupWeight) break
      weight += weightOf(job)
      count += 1
    }
    const group = pendingJobs.slice(0, count)
    pendingJobs = pendingJobs.slice(count)
    return group
  }
  const runGroup = async (group: ReadonlyArray<PendingJob<Job, Result>>): Promise<void> => {
    try {
      const results = await work(group.map(({ job }) => job))
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result)
    } catch (error) {
      hasFailed = true
      for (const { reject } of group) reject(error)
    }
  }
  const rejectOverdue = (): void => {
    if (!hasFailed) return
    hasFailed = false
    const oldest = performance.now() - longestWaitMilliseconds
    while (pendingJobs[0] !== undefined && pendingJobs[0].addedAt < oldest) {
      pendingJobs
        .shift()
        ?.reject(new StoreUnavailable('busy', 'the store was too slow for all that waited for it'))
    }
  }
  const startGroups = (): void => {
    isScheduled = false
    rejectOverdue()
    while (pendingJobs.length > 0 && runningGroups.size < groupsAtOnce) {
      const running = runGroup(takeGroup()).then(() => {
        runningGroups.delete(running)
        schedule()
      })
      runningGroups.add(running)
    }
  }
  const schedule = (): void => {
    if (isScheduled || pendingJobs.length === 0) return
    isScheduled = true
    // Later, so that jobs of other callers in this turn of the event loop join the group.
    setImmediate(startGroups)
  }

  return {
    add: (job) =>
      new Promise((resolve, reject) => {
        pendingJobs.push({ job, addedAt: performance.now(), resolve, reject })
        schedule()
      }),
    idle: async () => {
      while (pendingJobs.length > 0 || runningGroups.size > 0) {
        if (runningGroups.size > 0) await Promise.race(runningGroups)
        else await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}
