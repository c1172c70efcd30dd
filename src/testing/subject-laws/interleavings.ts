import fc from 'fast-check'
import { arbitraryStory } from '../stories/arbitrary-story.js'
import type { Story } from '../stories/story.js'
import type { Subject } from '../subjects/subject.js'
import { interruptionBreach } from './interruption-law.js'
import { differenceOf, type Breach } from './law.js'
import { brokenLawText } from './report.js'
import { createTrial, createWorldNames } from './trial.js'

/** Runs a step of asynchronous work, such as a query, when its turn comes. */
export type RunStep = <A>(work: () => A | Promise<A>) => Promise<A>

/** How interleavings are checked. */
export interface InterleavingsOptions {
  /** The same seed gives the same stories and turns; a random one unless given. */
  readonly seed?: number | undefined
  /** How many stories are tried, each with turns of its own; 200 unless given. */
  readonly numRuns?: number | undefined
}

const NAME = 'no interleaving of deliveries loses anything'
const WHY =
  'Handlers that read, change and write overwrite each other; a crash leaves half of the work.'

/** A subject whose steps run in the turns of a scheduler, once `begin` was called. A restart ends its steps. */
const scheduledSubject = (create: (runStep: RunStep) => Subject, scheduler: fc.Scheduler) => {
  let isScheduled = false
  let restarts = 0
  const runStep: RunStep = async (work) => {
    const before = restarts
    if (isScheduled) await scheduler.schedule(Promise.resolve())
    if (restarts > before) throw new Error('the subject crashed before this step')
    return work()
  }
  const created = create(runStep)
  const restart = (): unknown => {
    restarts += 1
    return created.restart?.()
  }
  const subject = created.restart === undefined ? created : { ...created, restart }
  const begin = (): void => {
    isScheduled = true
  }
  return { subject, begin }
}

/** What a story shows, when its deliveries and their interruptions run in the turns of a scheduler. */
const breachOf = async (
  create: (runStep: RunStep) => Subject,
  story: Story,
  scheduler: fc.Scheduler,
): Promise<Breach | null> => {
  const { subject, begin } = scheduledSubject(create, scheduler)
  const trial = createTrial(subject, story, createWorldNames())
  const inOrder = await trial.inOrder()
  await trial.withoutRepeats()
  begin()
  const together = await scheduler.waitFor(trial.together())
  const breach = differenceOf(trial, inOrder.clients, together.clients)
  // The scheduler decides how much of a delivery is done before an interruption, not the event loop.
  const pause = (): Promise<void> => scheduler.schedule(Promise.resolve())
  return breach ?? scheduler.waitFor(interruptionBreach(trial, pause))
}

/**
 * Checks that deliveries lose nothing at the same moment, or interrupted by reads, restarts and crashes, in whatever
 * order the steps of a subject run. A crash, which needs `restart`, ends the steps that have not run yet. The
 * subject passes each step of asynchronous work, such as a query, to `runStep`, and `fc.scheduler` decides
 * which one runs next. It finds races that a test finds only by luck otherwise.
 *
 * @throws Error (as a rejection) with the smallest story that loses something.
 * @example
 * import { assertInterleavings } from 'clientfold/testing'
 * const failed = await assertInterleavings((runStep) => {
 *   const rows = new Map<string, string>()
 *   return {
 *     // It overwrites what another delivery wrote since it has read.
 *     deliver: async ({ body }) => {
 *       const { data } = JSON.parse(body)
 *       const before = await runStep(() => rows.get(data.client_id) ?? '')
 *       await runStep(() => rows.set(data.client_id, [before, data.id].sort().join()))
 *       return undefined
 *     },
 *     read: (clientId) => rows.get(clientId) ?? null,
 *   }
 * }, { seed: 1 }).catch((error: Error) => error.message.includes('no interleaving'))
 * failed // => true
 */
export const assertInterleavings = async (
  create: (runStep: RunStep) => Subject,
  options: InterleavingsOptions = {},
): Promise<void> => {
  const { seed = Math.floor(Math.random() * 2 ** 31), numRuns = 200 } = options
  let last: { readonly story: Story; readonly breach: Breach } | null = null
  const property = fc.asyncProperty(arbitraryStory(), fc.scheduler(), async (story, scheduler) => {
    const breach = await breachOf(create, story, scheduler)
    if (breach !== null) last = { story, breach }
    return breach === null
  })
  const { failed, errorInstance } = await fc.check(property, { seed, numRuns })
  if (!failed) return
  // TypeScript does not see that the property has assigned it.
  const shown = last as { readonly story: Story; readonly breach: Breach } | null
  if (shown === null) throw new Error('the subject failed', { cause: errorInstance })
  const content = { name: NAME, why: WHY, ...shown, seed, path: null }
  const repeat = `await assertInterleavings(create, { seed: ${seed} })\n`
  throw new Error(brokenLawText(content, repeat))
}
