import type { EventStore } from '../event-store/event-store.js'
import type { FigureSources } from '../telemetry/figures.js'
import type { ViewsControl } from '../views/views.js'
import type { ChangeReaders } from './change-readers.js'

/** What figures are read from. */
interface FiguresSource {
  readonly store: Pick<EventStore, 'heldBackBy' | 'pendingErasures' | 'quarantine'>
  readonly views: Pick<ViewsControl, 'lag'>
  readonly readers: ChangeReaders
  /** The clock, in epoch milliseconds. */
  readonly now: () => number
}

/** The figures of clients. */
export const figuresOf = ({ store, views, readers, now }: FiguresSource): FigureSources => {
  /** Seconds since a moment; 0 if it is null, or in the future. */
  const secondsSince = (moment: number | null): number =>
    moment === null ? 0 : Math.max(0, (now() - moment) / 1000)
  return {
    quarantine: async () => {
      const { deliveries, oldestReceivedAt } = await store.quarantine.size()
      return {
        'quarantine.deliveries': deliveries,
        'quarantine.oldest.age': secondsSince(oldestReceivedAt),
      }
    },
    erasures: async () => {
      const { users, nextDueAt } = await store.pendingErasures.count()
      return { 'erasures.pending': users, 'erasures.overdue': secondsSince(nextDueAt) }
    },
    transactions: async () => {
      const blocking = await store.heldBackBy()
      if (blocking === null) return { 'oldest_transaction.age': 0 }
      // The role may not see how old it is.
      return blocking.age === null ? {} : { 'oldest_transaction.age': blocking.age / 1000 }
    },
    views: async () => {
      const events = await views.lag()
      return events === null ? {} : { 'views.behind': events }
    },
    changes: () =>
      Promise.resolve({
        'changes.readers': readers.count(),
        'changes.lag': readers.lag() / 1000,
      }),
  }
}
