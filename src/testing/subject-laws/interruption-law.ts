import type { Interruption } from '../stories/step.js'
import {
  deliverInterrupted,
  firstPlaces,
  interruptedUntil,
  interruptionOf,
  type Pause,
} from './interruptions.js'
import { differenceOf, type Breach, type SubjectLaw } from './law.js'
import { deliverStory, type Trial } from './trial.js'

const TEXTS: Readonly<Record<Interruption, string>> = {
  none: ', ',
  delivery: ' with ',
  read: ' with a read, ',
  crash: ' with a crash, ',
  restart: ', a restart, ',
  days: ', three days, ',
}

const placesWithSteps = ({ story }: Trial) =>
  firstPlaces(story).flatMap((place) => {
    const [event, step] = [story.events[place], story.steps[place]]
    return event === undefined || step === undefined ? [] : [{ event, step }]
  })

/** The deliveries with their interruptions, for a person. */
const interruptedText = (trial: Trial): string =>
  placesWithSteps(trial)
    .map(({ event, step }) => event.id + TEXTS[interruptionOf(trial, step)])
    .join('')
    .replace(/(, | with )$/, '')

/** How the Clients differ from those of the same deliveries without an interruption. */
export const interruptionBreach = async (trial: Trial, pause?: Pause): Promise<Breach | null> => {
  if (placesWithSteps(trial).every(({ step }) => interruptionOf(trial, step) === 'none'))
    return null
  const { subject, story, newWorld } = trial
  const at = interruptedUntil(trial)
  const calm =
    at === trial.at
      ? await trial.withoutRepeats()
      : await deliverStory(subject, story, newWorld(), { places: firstPlaces(story), at })
  const clients = await deliverInterrupted(trial, pause)
  return differenceOf(trial, calm.clients, clients, interruptedText(trial))
}

/** A random mix of what happens to a subject while it takes deliveries. */
export const interruptionLaw: SubjectLaw = {
  name: 'what comes between deliveries changes nothing',
  why: 'Deliveries meet other deliveries, readers, crashes and restarts; what was acknowledged is not sent again.',
  needs: ['read'],
  on: 'many',
  mayVary: true,
  check: (trial) => interruptionBreach(trial),
}
