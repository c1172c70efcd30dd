import fc from 'fast-check'
import { arbitraryStory } from '../stories/arbitrary-story.js'
import { storyLabels } from '../stories/story-labels.js'
import type { StoryStep } from '../stories/step.js'
import { FIRST_DAY, storyOf, type Story } from '../stories/story.js'
import type { Subject } from '../subjects/subject.js'
import type { Breach, SubjectLaw } from './law.js'
import { createTrial, createWorldNames, type Trial } from './trial.js'

/** A restart of a real server takes a while. */
const FEW_RUNS = 10
const FAILED =
  'The subject could not be checked: one of its functions failed, and the cause says how. ' +
  'Mend `restart` if it is that one; `deliver` and `read` may fail without ending the check.'
const DAY = 86_400_000

/** The first day of the stories for a subject, in epoch milliseconds. */
export const firstDayOf = ({ clock }: Subject): number =>
  // What reads by the system's clock must read after the story, and before anything expires.
  clock === 'now' ? Math.floor(Date.now() / DAY) * DAY - DAY : FIRST_DAY

/** A law that is broken, and a story that shows it. */
export interface Found {
  readonly law: SubjectLaw
  readonly story: Story
  readonly breach: Breach
  readonly path: string | null
}

/** A story that shows a breach. */
type Shown = Pick<Found, 'story' | 'breach'>

/** The steps without one of them; the others stay where they are in time. */
const withoutStep = (steps: ReadonlyArray<StoryStep>, index: number): ReadonlyArray<StoryStep> => {
  const minutes = index === 0 ? 0 : (steps[index]?.minutes ?? 0)
  return steps.flatMap((step, place) => {
    if (place === index) return []
    return [place === index + 1 ? { ...step, minutes: step.minutes + minutes } : step]
  })
}

/** Leaves out steps, repetitions and unusual forms as long as the breach stays: shrinking can stop before that. */
const smaller = async (
  shown: Shown,
  breachOf: (story: Story) => Promise<Breach | null>,
): Promise<Shown> => {
  const { steps, firstDay } = shown.story
  const others = [
    ...steps.map((_, index) => withoutStep(steps, index)),
    ...steps.flatMap((step, index) =>
      step.delays.join() === '0' ? [] : [steps.with(index, { ...step, delays: [0] })],
    ),
    ...steps.flatMap((step, index) =>
      step.interruption === 'none'
        ? []
        : [steps.with(index, { ...step, interruption: 'none' as const, turns: 0 })],
    ),
    ...steps.flatMap((step, index) =>
      step.form === 'plain' && step.saidMinutes === 0
        ? []
        : [steps.with(index, { ...step, form: 'plain' as const, saidMinutes: 0 })],
    ),
  ]
  for (const fewer of others) {
    const story = storyOf(fewer, firstDay)
    const breach = await breachOf(story)
    if (breach !== null) return smaller({ story, breach }, breachOf)
  }
  return shown
}

/** Checks the laws on stories, and finds the smallest story for each that is broken. */
export const createRuns = (subject: Subject, seed: number, maxSeconds: number) => {
  const newWorld = createWorldNames()
  const stories = arbitraryStory({ firstDay: firstDayOf(subject) })
  const counts = { stories: 0, deliveries: 0, refused: 0, states: new Set<string>() }

  const trialOf = (story: Story, mayRestart?: boolean): Trial =>
    createTrial(subject, story, newWorld, mayRestart)
  const count = async (trial: Trial): Promise<void> => {
    const { answers } = await trial.asDelivered()
    counts.deliveries += answers.length
    counts.refused += answers.filter(({ status }) => status >= 400 && status < 500).length
    for (const state of [...storyLabels(trial.story), ...trial.reached]) counts.states.add(state)
  }

  /** The laws that are broken, each with the shortest story of those that break it. */
  const firstBreaches = async (
    laws: ReadonlyArray<SubjectLaw>,
    parameters: { readonly numRuns: number; readonly path?: string },
  ): Promise<ReadonlyArray<Found>> => {
    const broken = new Map<SubjectLaw, Found>()
    const end = performance.now() + maxSeconds * 1000
    const lastRestart = performance.now() + maxSeconds * 500
    const property = fc.asyncProperty(stories, async (story) => {
      if (performance.now() > end) return
      const run = counts.stories++
      const trial = trialOf(story, performance.now() < lastRestart)
      for (const law of laws) {
        const isLonger = story.steps.length >= (broken.get(law)?.story.steps.length ?? Infinity)
        if (isLonger || (law.on === 'few' && run >= FEW_RUNS)) continue
        const breach = await law.check(trial)
        const place = parameters.path ?? String(run)
        if (breach !== null) broken.set(law, { law, story, breach, path: place })
      }
      await count(trial)
    })
    const { failed, errorInstance } = await fc.check(property, {
      ...parameters,
      seed,
      endOnFailure: true,
    })
    if (failed) throw new Error(FAILED, { cause: errorInstance })
    return [...broken.values()]
  }

  const smallest = async (first: Found, seconds: number): Promise<Found> => {
    const { law, path } = first
    const end = performance.now() + seconds * 1000
    const breachOf = async (story: Story): Promise<Breach | null> => {
      for (let attempt = 0; attempt < (law.mayVary === true ? 3 : 1); attempt++) {
        const breach = performance.now() > end ? null : await law.check(trialOf(story))
        if (breach !== null) return breach
      }
      return null
    }
    let last: Shown | null = null
    const property = fc.asyncProperty(stories, async (story) => {
      const breach = await breachOf(story)
      if (breach !== null) last = { story, breach }
      return breach === null
    })
    const details = await fc.check(property, { seed, path: path ?? '0', numRuns: 1 })
    // TypeScript does not see that the property has assigned it.
    const found = last as Shown | null
    // Two runs of a race may differ: then the first story is reported.
    const shown = await smaller(found ?? first, breachOf)
    return { law, ...shown, path: found === null ? path : details.counterexamplePath }
  }

  return { counts, trialOf, firstBreaches, smallest }
}
