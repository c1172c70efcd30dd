import type { StoreSystem, Telemetry } from '../telemetry/telemetry.js'
import type { ViewsEngine } from './views-engine.js'
import type { Views } from './views.js'

/** An engine that tells how long it takes to join each batch. */
export const observedViewsEngine = (
  engine: ViewsEngine,
  system: StoreSystem,
  telemetry: Telemetry,
): ViewsEngine => {
  const about = { operation: 'project', system } as const
  return {
    ...engine,
    join: (batch, from, place) =>
      telemetry.storeOperation(about, () => engine.join(batch, from, place)),
  }
}

/** Views that tell how long questions take; their catching up is a part of that. */
export const observedViews = (views: Views, system: StoreSystem, telemetry: Telemetry): Views => {
  const told = <A>(work: () => Promise<A>): Promise<A> =>
    telemetry.storeOperation({ operation: 'list', system }, work)
  return {
    ...views,
    clients: (bounds) => told(() => views.clients(bounds)),
    sessions: (request) => told(() => views.sessions(request)),
    session: (sessionId) => told(() => views.session(sessionId)),
  }
}
