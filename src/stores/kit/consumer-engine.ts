import type { LogConsumer, LogConsumers, SharedRequest } from '../../event-store/log-consumer.js'
import type { Position } from '../../event-store/recorded-event.js'
import { readUndamaged, type StoredEvent } from './event-record.js'

/** A delivery as an engine gives it. */
export interface StoredDelivery {
  readonly events: ReadonlyArray<StoredEvent>
  readonly acknowledge: () => Promise<void>
  readonly release: () => Promise<void>
}

/** A consumer as an engine gives it: see `LogConsumer`. */
export interface EngineConsumer {
  readonly next: (signal: AbortSignal | undefined) => Promise<StoredDelivery>
  readonly acknowledged: LogConsumer['acknowledged']
}

/** The consumers of an engine: see `LogConsumers`. */
export interface ConsumerEngine {
  readonly open: (name: string, after: Position | undefined) => Promise<EngineConsumer>
  readonly isAfter: LogConsumers['isAfter']
}

/** The consumers of a store; undefined where the engine has none. */
export const consumersOf = (
  engine: ConsumerEngine | undefined,
  checkOpen: () => void,
): LogConsumers | undefined =>
  engine && {
    isAfter: engine.isAfter,
    open: async (name, after) => {
      checkOpen()
      const consumer = await engine.open(name, after)
      return {
        acknowledged: consumer.acknowledged,
        next: async ({ onDamage, signal }: SharedRequest) => {
          checkOpen()
          const { events, ...delivery } = await consumer.next(signal)
          const read = events.flatMap((stored) => readUndamaged(stored, onDamage) ?? [])
          return { events: read, ...delivery }
        },
      }
    },
  }
