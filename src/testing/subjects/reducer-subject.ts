import type { JsonObject } from '../../events/json.js'
import type { Subject } from './subject.js'

/** A fold of the payloads of one client, in any form. */
export interface Reducer<S> {
  readonly initialState: () => S
  /** Takes a payload as `JSON.parse` gives it, with the id of its delivery as `id`. */
  readonly evolve: (state: S, payload: JsonObject) => S
  /** The documented Client, or null if nothing is known of it. `at` is the clock in epoch milliseconds. */
  readonly toClient: (state: S, at?: number) => unknown
}

const clientIdOf = ({ type, data }: JsonObject): string => {
  const { id, client_id } = data as { readonly id: string; readonly client_id: string }
  return type === 'client.observed' ? id : client_id
}

/**
 * A subject that folds the payloads of each client with a reducer.
 *
 * @example
 * import { decodeEvent, clientAggregate, toClient } from 'clientfold'
 * import { assertLaws, reducerSubject } from 'clientfold/testing'
 * const subject = reducerSubject({
 *   initialState: clientAggregate.initialState,
 *   evolve: (state, payload) => {
 *     const event = decodeEvent(payload)
 *     return event._tag === 'Right' ? clientAggregate.evolve(state, event.right) : state
 *   },
 *   toClient: (state, at) => toClient(state, { at }),
 * })
 * await assertLaws(subject, { numRuns: 10 })
 */
export const reducerSubject = <S>({ initialState, evolve, toClient }: Reducer<S>): Subject => {
  const states = new Map<string, S>()
  return {
    deliver: ({ id, body }) => {
      const payload = { ...(JSON.parse(body) as JsonObject), id }
      const clientId = clientIdOf(payload)
      states.set(clientId, evolve(states.get(clientId) ?? initialState(), payload))
      return undefined
    },
    read: (clientId, at) => toClient(states.get(clientId) ?? initialState(), at),
  }
}
