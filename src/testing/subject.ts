import { evolve, foldClient, type Moments } from '../domain/fold.js'
import { concat, NO_CLIENT, type ClientState } from '../domain/state.js'
import { stateText } from '../domain/state-text.js'
import type { ClientEvent } from '../events/client-event.js'
import type { Client } from '../events/client.js'
import { toClient, type ProjectionOptions } from '../projections/client.js'

/** A fold of the events of one client, in any implementation, whose laws a test checks. */
export interface FoldSubject<S> {
  /** The state before any event. */
  readonly initialState: () => S
  readonly evolve: (state: S, event: ClientEvent) => S
  /** Gives what repeated `evolve` gives, as far as the moments let events take part. */
  readonly fold: (events: ReadonlyArray<ClientEvent>, moments?: Moments) => S
  /** Joins two states of the client. */
  readonly concat: (left: S, right: S) => S
  /** Equal texts for equal states, different ones for different states. */
  readonly stateText: (state: S) => string
  readonly toClient: (state: S, options: ProjectionOptions) => Client | null
}

/** This package's own fold. */
export const clientfoldSubject: FoldSubject<ClientState> = {
  initialState: () => NO_CLIENT,
  evolve,
  fold: foldClient,
  concat,
  stateText,
  toClient,
}
