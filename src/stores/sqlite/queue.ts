/** Takes a job, and answers when it is done together with others. */
export interface Queue<Job, Done> {
  readonly add: (job: Job) => Promise<Done>
  /** Until all is done that was added. */
  readonly idle: () => Promise<void>
}

interface Waiting<Job, Done> {
  readonly job: Job
  readonly resolve: (done: Done) => void
  readonly reject: (error: unknown) => void
}

/**
 * Does jobs in groups: all that came while the event loop was busy with the group before. So many
 * who wait for the disk share one wait.
 *
 * @param work - answers for each job, in the same order
 */
export const createQueue = <Job, Done>(
  work: (jobs: ReadonlyArray<Job>) => Promise<ReadonlyArray<Done>>,
): Queue<Job, Done> => {
  let waiting: Array<Waiting<Job, Done>> = []
  let running: Promise<void> | undefined

  const runGroup = async (group: ReadonlyArray<Waiting<Job, Done>>): Promise<void> => {
    try {
      const done = await work(group.map(({ job }) => job))
      for (const [index, { resolve }] of group.entries()) resolve(done[index] as Done)
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }
  const run = async (): Promise<void> => {
    // Whatever else the event loop has at hand comes along.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      await runGroup(group)
    }
    running = undefined
  }

  return {
    add: (job) =>
      new Promise((resolve, reject) => {
        waiting.push({ job, resolve, reject })
        running ??= run()
      }),
    idle: async () => {
      await running
    },
  }
}
