import { isLive } from '../../domain/status.js'
import type { Session } from '../../events/session.js'
import { statusAt } from '../../projections/session.js'
import { momentText } from '../stories/story-text.js'
import { sessionsOf, statusIn, type ReadSession } from './client-parts.js'
import type { SubjectLaw } from './law.js'

/** The millisecond before a session ends by the clock, and that moment: for the first and the last one. */
const boundariesOf = (sessions: ReadonlyArray<ReadSession>): ReadonlyArray<number> => {
  const ends = sessions.map(({ expire_at, abandon_at }) =>
    Math.min(Number(expire_at), Number(abandon_at)),
  )
  if (ends.length === 0) return []
  const [first, last] = [Math.min(...ends), Math.max(...ends)]
  return [...new Set([first - 1, first, last])]
}

/** Nothing is sent when a session expires, so that only a clock can tell. */
export const clockLaw: SubjectLaw = {
  name: 'a session reads expired from its expire_at on, and not before',
  why: 'Clerk sends nothing when a session expires; a device would seem signed in for ever.',
  needs: ['read', 'clock'],
  on: 'many',
  check: async (trial) => {
    const { clients, read } = await trial.withoutRepeats()
    for (const { clientId, client } of clients) {
      const live = sessionsOf(client).filter(({ status }) => isLive(status as Session['status']))
      for (const at of boundariesOf(live)) {
        const later = await read(clientId, at)
        for (const session of live) {
          const id = String(session.id)
          const expected = statusAt(session as unknown as Session, at)
          const actual = statusIn(later, id)
          if (actual === expected) continue
          const when = momentText(at, trial.story.firstDay)
          return { difference: [`${id}.status at ${when}: expected ${expected}, got ${actual}`] }
        }
      }
    }
    return null
  },
}
