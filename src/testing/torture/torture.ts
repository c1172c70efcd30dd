import { checkLaws, type BrokenLaw, type LawsReport } from '../subject-laws/check-laws.js'
import { brokenLawText } from '../subject-laws/report.js'
import { SUBJECT_LAWS } from '../subject-laws/subject-laws.js'
import { createTrial, createWorldNames, requestOf } from '../subject-laws/trial.js'
import { storyOf } from '../stories/story.js'
import { urlSubject, type FetchSubjectOptions } from '../subjects/fetch-subject.js'
import type { Subject } from '../subjects/subject.js'
import { curlLine } from './curl-line.js'
import type { TortureFailure } from './torture-failure.js'

/** What is tested, and on how many stories. */
export interface TortureOptions extends Omit<FetchSubjectOptions, 'fetch' | 'read'> {
  /** The URL where Clients are read, with `{id}` and `{at}`; without it only answers are checked. */
  readonly read?: string | undefined
  readonly numRuns: number
  readonly maxSeconds: number
  readonly seed?: number | undefined
}

/** A broken law for a person, with the requests of its story. */
export interface TortureFinding {
  readonly failure: TortureFailure
  readonly text: string
}

const subjectOf = (options: TortureOptions): Subject => urlSubject(options)

/** The requests that show a broken law, in the order of their deliveries. */
const requestsOf = ({ story, breach }: BrokenLaw, options: TortureOptions) => {
  const world = createWorldNames()()
  return (
    breach.requests ??
    story.deliveries
      .flatMap((place) => story.events[place] ?? [])
      .map((event) => requestOf(event, (id) => id + world, options.secret))
  )
}

const curlLines = (broken: BrokenLaw, options: TortureOptions): string =>
  requestsOf(broken, options)
    .map((request) => `${curlLine(options.url, request)}\n`)
    .join('')

/** Checks every law on a server, and answers what it found. */
export const torture = async (
  options: TortureOptions,
): Promise<{ readonly report: LawsReport; readonly findings: ReadonlyArray<TortureFinding> }> => {
  const { numRuns, maxSeconds, seed } = options
  const report = await checkLaws(subjectOf(options), { numRuns, maxSeconds, seed })
  const findings = report.broken.map((broken): TortureFinding => {
    const { name, story } = broken
    return {
      failure: { law: name, firstDay: story.firstDay, steps: story.steps },
      text: brokenLawText(broken, curlLines(broken, options)),
    }
  })
  return { report, findings }
}

/** Tries the story of a failure again: true if the law is still broken. */
export const isStillBroken = async (
  failure: TortureFailure,
  options: TortureOptions,
): Promise<boolean> => {
  const law = SUBJECT_LAWS.find(({ name }) => name === failure.law)
  if (law === undefined) return false
  const story = storyOf(failure.steps, failure.firstDay)
  const newWorld = createWorldNames()
  for (let attempt = 0; attempt < (law.mayVary === true ? 3 : 1); attempt++) {
    const trial = createTrial(subjectOf(options), story, newWorld)
    if ((await law.check(trial)) !== null) return true
  }
  return false
}

/** What the command uses of this module, which it loads when it runs. */
export interface Torture {
  readonly torture: typeof torture
  readonly isStillBroken: typeof isStillBroken
}
