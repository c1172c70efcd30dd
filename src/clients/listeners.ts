import { EventEmitter } from 'eventemitter3'
import type { ClientEvent } from '../events/client-event.js'
import type { Client } from '../events/client.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'

/** The events that a `Clients` value emits, each after its append is durable. */
export interface ClientsEvents {
  /**
   * A client reads differently than before, by what this `Clients` value has recorded: the Client by the clock
   * of now. For other processes, see `Clients.changes`. `recorded` holds what changed it, in the order of revisions.
   */
  'client.changed': (client: Client, recorded: ReadonlyArray<RecordedEvent>) => void
  /** An event was recorded. */
  'event.recorded': (recorded: RecordedEvent) => void
  /** An event was in the store already. */
  'event.duplicate': (event: ClientEvent) => void
  /** A listener threw, or its promise rejected. Neither the append nor other listeners were affected. */
  'listener.failed': (error: unknown) => void
}

/** The listeners of one `Clients` value. */
export interface Listeners {
  readonly on: <N extends keyof ClientsEvents>(name: N, listener: ClientsEvents[N]) => () => void
  readonly has: (name: keyof ClientsEvents) => boolean
  readonly emit: <N extends keyof ClientsEvents>(
    name: N,
    ...args: Parameters<ClientsEvents[N]>
  ) => void
}

type AnyListener = (...args: ReadonlyArray<unknown>) => unknown

/** Creates listeners whose failures reach neither the emitter nor one another. */
export const createListeners = (): Listeners => {
  const emitter = new EventEmitter<Record<string, AnyListener>>()
  const guarded =
    (name: string, listener: AnyListener): AnyListener =>
    async (...args) => {
      try {
        await listener(...args)
      } catch (error) {
        // If a listener of failures fails, that is not emitted: it would go round for ever.
        if (name !== 'listener.failed') emitter.emit('listener.failed', error)
      }
    }
  return {
    on: (name, listener) => {
      const guardedListener = guarded(name, listener as AnyListener)
      emitter.on(name, guardedListener)
      return () => {
        emitter.off(name, guardedListener)
      }
    },
    has: (name) => emitter.listenerCount(name) > 0,
    emit: (name, ...args) => {
      emitter.emit(name, ...args)
    },
  }
}
