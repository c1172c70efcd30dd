import type { JoinSemilattice } from 'fp-ts/lib/JoinSemilattice.js'
import type { Monoid } from 'fp-ts/lib/Monoid.js'
import { NO_CLIENT, type ClientState, type KnownClient } from './client-state.js'
import { draftOf, putState } from './draft.js'

const joinKnown = (left: KnownClient, right: KnownClient): KnownClient => {
  const draft = draftOf(left, right.id)
  putState(draft, right)
  return draft
}

/**
 * Joins what two sources know of one client: associative, commutative and idempotent.
 *
 * @throws TypeError if the states are of two different clients: a defect of the caller.
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { clientIdOf, concat, foldClient, parseEvent, stateText } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * const own = events.filter((event) => clientIdOf(event) === 'client_ada_laptop')
 * const [checkpoint, rest] = [foldClient(own.slice(0, 4)), foldClient(own.slice(2))]
 * stateText(concat(checkpoint, rest)) // => stateText(foldClient(own))
 */
export const concat = (left: ClientState, right: ClientState): ClientState => {
  if (left.id === null) return right
  if (right.id === null) return left
  return joinKnown(left, right)
}

/** {@link concat} as fp-ts `JoinSemilattice`. */
export const clientStateSemilattice: JoinSemilattice<ClientState> = { join: concat }

/** {@link concat}, with the state before anything was said, as fp-ts `Monoid`. */
export const clientStateMonoid: Monoid<ClientState> = { concat, empty: NO_CLIENT }

/** What is known of many clients, by client id. */
export type ClientStates = ReadonlyMap<string, KnownClient>

/**
 * Joins what two sources know of many clients: the union of both, the states joined where both know
 * a client. As fp-ts `Monoid`; it is commutative and idempotent too.
 */
export const clientsMonoid: Monoid<ClientStates> = {
  concat: (left, right) => {
    const joined = new Map(left)
    for (const [id, state] of right) {
      const present = joined.get(id)
      joined.set(id, present === undefined ? state : joinKnown(present, state))
    }
    return joined
  },
  empty: new Map(),
}
