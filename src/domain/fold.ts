import { clientIdOf, type ClientEvent } from '../events/client-event.js'
import { NO_CLIENT, type ClientState } from './client-state.js'
import { emptyDraft, type Draft } from './draft.js'
import { absorb } from './evolve.js'
import { NO_HORIZON, type Horizon } from './horizon.js'
import type { ClientStates } from './semilattice.js'

/** Takes events one by one, in any order; for logs that do not fit into an array. */
export interface Folding {
  readonly add: (event: ClientEvent) => void
  /** What is known so far. It goes on growing with what is added: take it when all is added. */
  readonly clients: ClientStates
}

/**
 * Starts a fold of events of any number of clients, as far as the horizon lets them take part.
 *
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { parseEvent, startFold } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * const folding = startFold()
 * events.forEach(folding.add)
 * folding.clients.size // => 3
 */
export const startFold = (horizon: Horizon = NO_HORIZON): Folding => {
  const drafts = new Map<string, Draft>()
  const add = (event: ClientEvent): void => {
    const id = clientIdOf(event)
    const known = drafts.get(id)
    if (known !== undefined) {
      absorb(known, event, horizon)
      return
    }
    const draft = emptyDraft(id)
    // A client of which nothing takes part does not exist.
    if (absorb(draft, event, horizon)) drafts.set(id, draft)
  }
  return { add, clients: drafts }
}

/**
 * Folds events of any number of clients, in any order and with any duplicates. It equals joining
 * the states of the single events, without copying a state for each.
 *
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { fold, parseEvent } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * fold(events).size // => 3
 * fold(events, { asOf: Date.UTC(2026, 4, 28, 9) }).size // => 1
 */
export const fold = (
  events: Iterable<ClientEvent>,
  horizon: Horizon = NO_HORIZON,
): ClientStates => {
  const folding = startFold(horizon)
  for (const event of events) folding.add(event)
  return folding.clients
}

/**
 * Folds the events of one client.
 *
 * @throws TypeError if the events are of several clients: a defect of the caller.
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { clientIdOf, foldClient, parseEvent } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * foldClient(events.filter((event) => clientIdOf(event) === 'client_ada_laptop')).id
 * // => 'client_ada_laptop'
 */
export const foldClient = (
  events: Iterable<ClientEvent>,
  horizon: Horizon = NO_HORIZON,
): ClientState => {
  const [first, second] = fold(events, horizon).values()
  if (second !== undefined) throw new TypeError('the events are of more than one client')
  return first ?? NO_CLIENT
}
