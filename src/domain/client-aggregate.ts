import { decide } from './decide.js'
import { evolve, foldClient } from './fold.js'
import { concat, NO_CLIENT, type ClientState } from './state.js'

/**
 * The Client aggregate as one value, in the Decider shape that other event-sourcing libraries take:
 * an initial state, `evolve(state, event)`, `decide(command, state)`. Besides these it has `concat`,
 * the join, and `fold` for all events of one client at once.
 *
 * @example
 * import { clientAggregate } from 'clientfold'
 * const { initialState, decide } = clientAggregate
 * const command = { type: 'EndSession', at: 1779955200000, sessionId: 'sess_1' } as const
 * decide(command, initialState())
 * // => { _tag: 'Left', left: { _tag: 'SessionNotFound', sessionId: 'sess_1' } }
 */
export const clientAggregate = {
  initialState: (): ClientState => NO_CLIENT,
  evolve,
  decide,
  concat,
  fold: foldClient,
} as const
