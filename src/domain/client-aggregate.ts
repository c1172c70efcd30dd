import { NO_CLIENT, type ClientState } from './client-state.js'
import { decide } from './decide.js'
import { evolve } from './evolve.js'
import { foldClient } from './fold.js'
import { concat } from './semilattice.js'

/**
 * The Client aggregate as one value, in the Decider shape that other event-sourcing libraries take:
 * an initial state, `evolve(state, event)`, `decide(command, state)`. Beside these, what makes it a
 * join: `concat`, and `fold` for all events of one client at once.
 */
export const clientAggregate = {
  initialState: (): ClientState => NO_CLIENT,
  evolve,
  decide,
  concat,
  fold: foldClient,
} as const
