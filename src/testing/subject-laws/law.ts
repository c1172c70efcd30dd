import type { DeliveryRequest } from '../subjects/subject.js'
import { areSameClients, clientDifference } from './client-difference.js'
import type { Reading, Trial } from './trial.js'

/** How a subject breaks a law. */
export interface Breach {
  /** Where the Client differs from what the law expects, on few lines. */
  readonly difference: ReadonlyArray<string>
  /** How the story was delivered, where it differs from the story's own deliveries. */
  readonly delivered?: string
  /** What was delivered, where it differs from the story's own deliveries in more than its order. */
  readonly requests?: ReadonlyArray<DeliveryRequest>
}

/** A sentence that is true of a correct subject, whatever is delivered. */
export interface SubjectLaw {
  readonly name: string
  /** Why it matters to the users of an application. */
  readonly why: string
  /** What a subject must have for the law to be checked. */
  readonly needs: ReadonlyArray<'read' | 'restart' | 'secret' | 'clock'>
  /** Whether it is checked on many stories, on a few, or once on a story of its own. */
  readonly on: 'many' | 'few' | 'own-story'
  /** Whether two checks of the same story may differ, as those of a race do. */
  readonly mayVary?: boolean
  /** Null if the law holds. */
  readonly check: (trial: Trial) => Promise<Breach | null>
}

/** The first Client that differs, as a breach; null if all are the same. */
export const differenceOf = (
  trial: Trial,
  expected: ReadonlyArray<Reading>,
  actual: ReadonlyArray<Reading>,
  delivered?: string,
): Breach | null => {
  for (const [index, { client }] of expected.entries()) {
    const other = actual[index]?.client
    if (areSameClients(client, other)) continue
    const difference = clientDifference(client, other, trial.story.firstDay)
    return { difference, ...(delivered === undefined ? {} : { delivered }) }
  }
  return null
}
