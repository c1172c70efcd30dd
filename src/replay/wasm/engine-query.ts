import { projectionOf, type ClientQuery } from '../../projections/client-query.js'

/** Which events the engine folds, and how it writes the Clients. */
export interface EngineQuery extends ClientQuery {
  /** Fold this client only. */
  readonly clientId?: string | undefined
}

/** A view in numbers, as the engine takes it. */
export interface EngineSettings {
  /** Epoch milliseconds; infinite if every event takes part. */
  readonly asOf: number
  /** Epoch milliseconds; infinite if every event takes part. */
  readonly knownAt: number
  /** Epoch milliseconds; NaN for no clock. */
  readonly clock: number
  readonly isRevokedDropped: boolean
}

/** The numbers of a view. */
export const settingsOf = (view: EngineQuery): EngineSettings => {
  const { at, revoked } = projectionOf(view)
  return {
    asOf: view.asOf ?? Infinity,
    knownAt: view.knownAt ?? Infinity,
    clock: at ?? NaN,
    isRevokedDropped: revoked === 'drop',
  }
}
