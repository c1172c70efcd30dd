/** Takes a job, and answers when it is done together with others. */
export interface Queue<Job, Done> {
  readonly add: (job: Job) => Promise<Done>
  /** Until all is done that was added. */
  readonly idle: () => Promise<void>
}

/** How much is done together. */
export interface GroupLimits<Job> {
  /** How many groups are done at the same time; 1 unless given. */
  readonly groupsAtOnce?: number
  /** A group takes no further job when it weighs as much; without a bound unless given. */
  readonly groupWeight?: number
  readonly weightOf?: (job: Job) => number
}

interface Waiting<Job, Done> {
  readonly job: Job
  readonly resolve: (done: Done) => void
  readonly reject: (error: unknown) => void
}

/**
 * Does jobs in groups: all that came while the event loop was busy with the groups before. So many
 * who wait for the disk share one wait.
 *
 * @param work - answers for each job, in the same order
 */
export const createQueue = <Job, Done>(
  work: (jobs: ReadonlyArray<Job>) => Promise<ReadonlyArray<Done>>,
  { groupsAtOnce = 1, groupWeight = Infinity, weightOf = () => 1 }: GroupLimits<Job> = {},
): Queue<Job, Done> => {
  let waiting: Array<Waiting<Job, Done>> = []
  let isStarting = false
  const running = new Set<Promise<void>>()

  const takeGroup = (): ReadonlyArray<Waiting<Job, Done>> => {
    let [count, weight] = [0, 0]
    for (const { job } of waiting) {
      if (weight >= groupWeight) break
      weight += weightOf(job)
      count += 1
    }
    const group = waiting.slice(0, count)
    waiting = waiting.slice(count)
    return group
  }
  const runGroup = async (group: ReadonlyArray<Waiting<Job, Done>>): Promise<void> => {
    try {
      const done = await work(group.map(({ job }) => job))
      for (const [index, { resolve }] of group.entries()) resolve(done[index] as Done)
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }
  const fill = (): void => {
    isStarting = false
    while (waiting.length > 0 && running.size < groupsAtOnce) {
      const run = runGroup(takeGroup()).then(() => {
        running.delete(run)
        start()
      })
      running.add(run)
    }
  }
  const start = (): void => {
    if (isStarting || waiting.length === 0) return
    isStarting = true
    // Whatever else the event loop has at hand comes along.
    setImmediate(fill)
  }

  return {
    add: (job) =>
      new Promise((resolve, reject) => {
        waiting.push({ job, resolve, reject })
        start()
      }),
    idle: async () => {
      while (waiting.length > 0 || running.size > 0) {
        if (running.size > 0) await Promise.race(running)
        else await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}
