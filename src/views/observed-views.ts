import type { StoreSystem, Telemetry } from '../telemetry/telemetry.js'
import type { ViewsEngine } from './views-engine.js'
import type { Views } from './views.js'

/** An engine that reports how long it takes to join each batch. */
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

/** Views that report how long questions take; their catching up is a part of that. */
export const observedViews = (views: Views, system: StoreSystem, telemetry: Telemetry): Views => {
  const reported = <A>(work: () => Promise<A>): Promise<A> =>
    telemetry.storeOperation({ operation: 'list', system }, work)
  return {
    ...views,
    clients: (bounds) => reported(() => views.clients(bounds)),
    sessions: (request) => reported(() => views.sessions(request)),
    session: (sessionId) => reported(() => views.session(sessionId)),
  }
}
