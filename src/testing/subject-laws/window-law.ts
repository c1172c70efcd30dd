import { storyOf, type Story } from '../stories/story.js'
import { PLAIN_STEP } from '../stories/step.js'
import { signedRequest } from '../subjects/signed-request.js'
import { areSameClients, clientDifference } from './client-difference.js'
import type { SubjectLaw } from './law.js'
import { deliver, requestOf, type Trial } from './trial.js'
import { payloadOf } from '../stories/payload.js'

/** A session is created, and removed an hour later. */
export const removalStory = (firstDay?: number): Story =>
  storyOf([PLAIN_STEP, { ...PLAIN_STEP, change: 'removed', minutes: 60 }], firstDay)

/** How many other deliveries come in between. */
const WINDOWS = [1, 10, 100, 1000]
const AT_ONCE = 20

/** Delivers so many events of another client, each under an id of its own. */
const deliverOthers = async (
  { subject, story }: Trial,
  world: string,
  from: number,
  to: number,
) => {
  const [first] = story.events
  if (first === undefined) return
  const nameOf = (id: string): string => `${id}_other${world}`
  for (let start = from; start < to; start += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, to - start) }, (_, index) => {
      const at = first.at + start + index
      const event = { ...first, session: { ...first.session, updatedAt: at }, saidAt: at }
      const body = JSON.stringify(payloadOf(event, nameOf))
      const id = nameOf(`msg_${start + index}`)
      return deliver(subject, signedRequest({ id, body, secret: subject.secret }))
    })
    await Promise.all(batch)
  }
}

/** What must be remembered longer than a window of deliveries. */
export const windowLaw: SubjectLaw = {
  name: 'a delivery that is repeated after a thousand others changes nothing',
  why: 'Deliveries can be repeated by hand long after; what remembers only the last ones takes them for new.',
  needs: ['read'],
  on: 'own-story',
  check: async (trial) => {
    const { story, subject } = trial
    const { clients, nameOf, read } = await trial.withoutRepeats()
    const [before] = clients
    const [first] = story.events
    if (before === undefined || first === undefined) return null
    let sent = 0
    for (const others of WINDOWS) {
      await deliverOthers(trial, nameOf(''), sent, sent + others)
      sent += others
      await deliver(subject, requestOf(first, nameOf, subject.secret))
      const after = await read(before.clientId, trial.at)
      if (areSameClients(before.client, after)) continue
      return {
        difference: clientDifference(before.client, after, story.firstDay),
        delivered: `msg_1, msg_2, then ${others} of another client, then msg_1`,
      }
    }
    return null
  },
}
