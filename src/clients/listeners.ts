import { EventEmitter } from 'eventemitter3'
import type { ClientEvent } from '../events/client-event.js'
import type { Client } from '../events/client.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'

/** What can be listened to. Everything is said after the append is durable. */
export interface ClientsEvents {
  /** A client reads otherwise than before; `recorded` is what changed it, in the order of revisions. */
  'client.changed': (client: Client, recorded: ReadonlyArray<RecordedEvent>) => void
  /** An event was written down. */
  'event.recorded': (recorded: RecordedEvent) => void
  /** An event came that was there already. */
  'event.duplicate': (event: ClientEvent) => void
  /** A listener threw, or its promise rejected. That harmed nobody; here it can be told. */
  'listener.failed': (error: unknown) => void
}

/** The listeners of one `Clients`. */
export interface Listeners {
  readonly on: <N extends keyof ClientsEvents>(name: N, listener: ClientsEvents[N]) => () => void
  readonly has: (name: keyof ClientsEvents) => boolean
  readonly tell: <N extends keyof ClientsEvents>(
    name: N,
    ...said: Parameters<ClientsEvents[N]>
  ) => void
}

type AnyListener = (...said: ReadonlyArray<unknown>) => unknown

/** Listeners that cannot harm those who tell them something, nor one another. */
export const createListeners = (): Listeners => {
  const emitter = new EventEmitter<Record<string, AnyListener>>()
  const guarded =
    (name: string, listener: AnyListener): AnyListener =>
    async (...said) => {
      try {
        await listener(...said)
      } catch (error) {
        // One that fails at hearing of failures is not told again.
        if (name !== 'listener.failed') emitter.emit('listener.failed', error)
      }
    }
  return {
    on: (name, listener) => {
      const own = guarded(name, listener as AnyListener)
      emitter.on(name, own)
      return () => {
        emitter.off(name, own)
      }
    },
    has: (name) => emitter.listenerCount(name) > 0,
    tell: (name, ...said) => {
      emitter.emit(name, ...said)
    },
  }
}
