import type { Story } from '../stories/story.js'
import { STORY_LABELS } from '../stories/story-labels.js'
import type { Subject } from '../subjects/subject.js'
import { interruptionLaw } from './interruption-law.js'
import { INTERRUPTED_STATES } from './interruptions.js'
import type { Breach, SubjectLaw } from './law.js'
import { createRuns, firstDayOf, type Found } from './law-runs.js'
import { brokenLawText, reportText } from './report.js'
import { SUBJECT_LAWS } from './subject-laws.js'
import { removalStory } from './window-law.js'

/** How the laws of a subject are checked. */
export interface LawsOptions {
  /** The same seed gives the same stories; a random one unless given. */
  readonly seed?: number | undefined
  /** Where a failed check left off: only that story is tried. A report names it. */
  readonly path?: string | undefined
  /** On how many stories each law is tried; 200 unless given. */
  readonly numRuns?: number | undefined
  /**
   * No further story is begun after so many seconds; 4 unless given. A subject over HTTP may need more. Half as long
   * is left to make the stories of broken laws smaller, so that a check ends soon after one and a half times that.
   */
  readonly maxSeconds?: number | undefined
  /** Laws that are left out, by name: for a subject that has other rules on purpose. */
  readonly except?: ReadonlyArray<string> | undefined
}

/** A law that a subject breaks, with the smallest story that shows it. */
export interface BrokenLaw {
  readonly name: string
  readonly why: string
  readonly story: Story
  readonly breach: Breach
  readonly seed: number
  readonly path: string | null
  /** For a person: at most some 600 characters. */
  readonly text: string
}

/** What became of the laws of a subject. */
export interface LawsReport {
  readonly broken: ReadonlyArray<BrokenLaw>
  /** The laws that hold. */
  readonly held: ReadonlyArray<string>
  /** The laws and the states of a story that were not tried, each with the reason. */
  readonly notMeasured: ReadonlyArray<string>
  readonly seed: number
  /** For a person: everything above. */
  readonly text: string
}

const missingIn = (subject: Subject, { needs }: Pick<SubjectLaw, 'needs'>): string | undefined =>
  needs.find((need) => {
    if (need === 'clock') return subject.clock === 'now'
    return subject[need] === undefined
  })

const NO_SUCCESS =
  'Every delivery was answered with 4xx, also the genuine ones: the harness is broken, not a law. ' +
  'Check the URL, the signing secret and the clock of the subject.'

/** The interesting states that no story had or led to, each with the reason. */
const notReached = (
  subject: Subject,
  reached: ReadonlySet<string>,
  laws: ReadonlyArray<SubjectLaw>,
): ReadonlyArray<string> => [
  ...STORY_LABELS.filter((label) => !reached.has(label)).map(
    (label) => `${label}: no story had it; raise numRuns`,
  ),
  ...INTERRUPTED_STATES.filter(
    ({ name }) => laws.includes(interruptionLaw) && !reached.has(name),
  ).map(({ name, needs }) => {
    const missing = missingIn(subject, { needs })
    return missing === undefined
      ? `${name}: no story led to it; raise numRuns, unless the subject answers synchronously`
      : `${name}: the subject has no ${missing}`
  }),
]

const runLaws = async (subject: Subject, options: LawsOptions): Promise<LawsReport> => {
  const { seed = Math.floor(Math.random() * 2 ** 31), path, numRuns = 200, except = [] } = options
  const { maxSeconds = 4 } = options
  const runs = createRuns(subject, seed, maxSeconds)
  const asked = SUBJECT_LAWS.filter(({ name }) => !except.includes(name))
  const laws = asked.filter((law) => missingIn(subject, law) === undefined)
  const found: Found[] = []

  const onStories = laws.filter(({ on }) => on !== 'own-story')
  const breaches = await runs.firstBreaches(
    onStories,
    path === undefined ? { numRuns } : { numRuns: 1, path },
  )
  if (runs.counts.deliveries > 0 && runs.counts.refused === runs.counts.deliveries)
    throw new Error(NO_SUCCESS)
  const end = performance.now() + maxSeconds * 500
  const inOrder = onStories.flatMap((law) => breaches.filter((each) => each.law === law))
  for (const [index, first] of inOrder.entries()) {
    // What a law does not need of its part of the time is left to the laws after it.
    const seconds = (end - performance.now()) / 1000 / (inOrder.length - index)
    found.push(await runs.smallest(first, seconds))
  }
  if (path === undefined) {
    for (const law of laws.filter(({ on }) => on === 'own-story')) {
      const story = removalStory(firstDayOf(subject))
      const breach = await law.check(runs.trialOf(story))
      if (breach !== null) found.push({ law, story, breach, path: null })
    }
  }
  const notMeasured = [
    ...asked.flatMap((law) => {
      const missing = missingIn(subject, law)
      return missing === undefined ? [] : [`${law.name}: the subject has no ${missing}`]
    }),
    ...(path === undefined && runs.counts.stories < numRuns
      ? [
          `${numRuns - runs.counts.stories} of ${numRuns} stories: no time was left; raise maxSeconds`,
        ]
      : []),
    ...(path === undefined ? notReached(subject, runs.counts.states, laws) : []),
  ]
  const broken = found.map(({ law, ...rest }): BrokenLaw => {
    const content = { name: law.name, why: law.why, seed, ...rest }
    return { ...content, text: brokenLawText(content) }
  })
  const names = new Set(broken.map(({ name }) => name))
  const held = laws.map(({ name }) => name).filter((name) => !names.has(name))
  return { broken, held, notMeasured, seed, text: reportText({ broken, held, notMeasured }) }
}

/**
 * Checks every law on a subject, and answers a report. Like `fc.check` it does not reject when a law is
 * broken; {@link assertLaws} does.
 *
 * @throws Error (as a rejection) if every delivery was answered 4xx: then no law was tried.
 * @example
 * import { checkLaws, reducerSubject } from 'clientfold/testing'
 * const forgetful = reducerSubject({ initialState: () => null, evolve: () => null, toClient: () => null })
 * const { broken } = await checkLaws(forgetful, { seed: 1 })
 * broken.map(({ name }) => name).includes('a session is listed until it is removed') // => true
 */
export const checkLaws = async (
  subject: Subject,
  options: LawsOptions = {},
): Promise<LawsReport> => {
  await subject.open?.()
  try {
    return await runLaws(subject, options)
  } finally {
    await subject.close?.()
  }
}

/**
 * Checks every law on a subject: a reducer, a handler, or a server in any language. Rejects with a report of
 * every law that is broken: why it matters, the smallest story that shows it, where the Client differs, and
 * the call that repeats it.
 *
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { createHandler } from 'clientfold/http'
 * import { assertLaws, fetchSubject } from 'clientfold/testing'
 * const secret = 'whsec_C2FVsBQIhrscChlQIBHh9jzUhDjvHGVF'
 * const clients = openClients({ store: openMemoryStore() })
 * const subject = fetchSubject({
 *   fetch: createHandler({ clients, signingSecrets: secret }).fetch,
 *   url: 'http://localhost/webhooks/clerk',
 *   secret,
 *   read: (id, at) => clients.get(id, { at }),
 * })
 * await assertLaws(subject, { seed: 1, numRuns: 10 })
 */
export const assertLaws = async (subject: Subject, options: LawsOptions = {}): Promise<void> => {
  const { broken, text } = await checkLaws(subject, options)
  if (broken.length > 0) throw new Error(text)
}
