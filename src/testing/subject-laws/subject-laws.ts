import { clientLaws } from './client-laws.js'
import { clockLaw } from './clock-law.js'
import { deliveryLaws, restartLaw } from './delivery-laws.js'
import { documentedLaw } from './documented-law.js'
import { hostileLaws } from './hostile-laws.js'
import { interruptionLaw } from './interruption-law.js'
import type { SubjectLaw } from './law.js'
import { windowLaw } from './window-law.js'

/** Every law of a subject, those that others depend on first. */
export const SUBJECT_LAWS: ReadonlyArray<SubjectLaw> = [
  ...deliveryLaws,
  ...clientLaws,
  clockLaw,
  ...hostileLaws,
  windowLaw,
  documentedLaw,
  interruptionLaw,
  restartLaw,
]
