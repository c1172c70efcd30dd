import type { Position, RecordedEvent } from './recorded-event.js'
import type { CorruptRecord } from './store-error.js'

/** Events that one process was given, and that no other process of the consumer is given for now. */
export interface SharedDelivery {
  readonly events: ReadonlyArray<RecordedEvent>
  /** Says that they are dealt with: no process is given them again. Durable when it resolves. */
  readonly acknowledge: () => Promise<void>
  /** Gives them back, so that another process is given them at once. */
  readonly release: () => Promise<void>
}

/** How a process asks a consumer for events. */
export interface SharedRequest {
  /** Called for each damaged record, which is then left out of the events. */
  readonly onDamage: (damage: CorruptRecord) => void
  /** Ends the waiting, with an empty delivery. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A consumer of the log, which any number of processes share: each event is given to one of them. What a
 * process does not acknowledge within some seconds, because it was killed or is slow, is given to
 * another one. So an event can come twice, and in no promised order.
 */
export interface LogConsumer {
  /** The next events. It waits some seconds for the first one, and is empty if none has come. */
  readonly next: (request: SharedRequest) => Promise<SharedDelivery>
  /** The position up to which every event is acknowledged. */
  readonly acknowledged: () => Promise<Position>
}

/** The consumers of a log. */
export interface LogConsumers {
  /**
   * Opens the consumer of a name, which begins after a position if it does not exist yet. The server deletes a
   * consumer that no process uses for an hour.
   *
   * @param name - up to 60 characters of a-z, A-Z, 0-9, _ and -
   */
  readonly open: (name: string, after: Position | undefined) => Promise<LogConsumer>
  /**
   * Whether the first position lies after the second one.
   *
   * @throws ForeignPosition if one of them belongs to another life of the store.
   */
  readonly isAfter: (position: Position, other: Position) => boolean
}
