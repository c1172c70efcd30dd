import { foldClient } from '../../domain/fold.js'
import { toClient } from '../../projections/client.js'
import { decodedEventOf } from '../stories/story-bodies.js'
import type { Story } from '../stories/story.js'
import { differenceOf, type SubjectLaw } from './law.js'
import type { Reading } from './trial.js'

/** The Clients that the fold of this package gives for the delivered events. */
const documentedClients = ({ events, deliveries, clientIds }: Story, at: number): Reading[] => {
  const delivered = events.filter((_, place) => deliveries.includes(place))
  return clientIds.map((clientId) => {
    const own = delivered.filter((event) => event.clientId === clientId)
    const client = toClient(foldClient(own.map((event) => decodedEventOf(event))), { at })
    return { clientId, client: JSON.parse(JSON.stringify(client)) as unknown }
  })
}

/** The last law: a subject that only breaks this one has other rules for ties, and is otherwise right. */
export const documentedLaw: SubjectLaw = {
  name: 'a Client equals the documented one',
  why: "It is what Clerk's API would answer. If no other law is broken, the rules differ, such as those for ties.",
  needs: ['read'],
  on: 'many',
  check: async (trial) => {
    const { clients } = await trial.inOrder()
    return differenceOf(trial, documentedClients(trial.story, trial.at), clients)
  },
}
