import type { View } from '../projections/client-view.js'

/** What of a log the engine folds, and how it writes it. */
export interface EngineView extends View {
  /** Fold this client only. */
  readonly clientId?: string | undefined
}
