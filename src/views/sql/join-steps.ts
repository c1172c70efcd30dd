import type { ExistingClient } from '../../domain/state.js'

/** How many clients and sessions are joined between two looks at the clock. */
const MOST_CLIENTS = 20
const MOST_SESSIONS = 50

/**
 * A state as states with few sessions each. Their join is the state, so they can be joined to the views one
 * after the other.
 */
function* partsOf(state: ExistingClient): Iterable<ExistingClient> {
  if (state.sessions.size <= MOST_SESSIONS) {
    yield state
    return
  }
  const sessions = [...state.sessions]
  for (let start = 0; start < sessions.length; start += MOST_SESSIONS) {
    yield { ...state, sessions: new Map(sessions.slice(start, start + MOST_SESSIONS)) }
  }
}

/** States in steps that each take about as long: a client can have one session, or thousands. */
export const joinStepsOf = (
  states: Iterable<ExistingClient>,
): ReadonlyArray<ReadonlyArray<ExistingClient>> => {
  const steps: ExistingClient[][] = []
  let [last, sessions]: [ExistingClient[], number] = [[], Infinity]
  for (const state of states) {
    for (const part of partsOf(state)) {
      // A client never comes twice in a step: all of its parts but the last fill a step.
      if (sessions + part.sessions.size > MOST_SESSIONS || last.length === MOST_CLIENTS) {
        ;[last, sessions] = [[], 0]
        steps.push(last)
      }
      last.push(part)
      sessions += part.sessions.size
    }
  }
  return steps
}
