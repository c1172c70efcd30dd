import { compareValues } from '../events/order.js'
import { documentedSession } from '../events/session.js'
import type { ClientState } from './state.js'

/**
 * A state as one text: two states are equal if and only if their texts are. The text does not
 * depend on the order in which sessions came.
 *
 * @example
 * import { NO_CLIENT, stateText } from 'clientfold/algebra'
 * stateText(NO_CLIENT) // => 'null'
 */
export const stateText = (state: ClientState): string => {
  if (state.id === null) return 'null'
  const versions = [...state.sessions.values()]
    .sort((left, right) => compareValues(left.session.id, right.session.id))
    .map(({ session, saidAt }) => [saidAt, documentedSession(session)])
  const { id, observation, created_at, updated_at } = state
  return JSON.stringify([id, created_at, updated_at, observation, versions])
}
