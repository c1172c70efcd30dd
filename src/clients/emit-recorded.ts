import { evolve } from '../domain/fold.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import { toClient } from '../projections/client.js'
import type { Views } from '../views/views.js'
import { eventsByClient } from './events-by-client.js'
import type { Listeners } from './listeners.js'
import type { StateCache } from './state-cache.js'

/** Creates what is called after each recording: it tells the views and the listeners of this process. */
export const createRecordedEmitter = (
  states: StateCache,
  views: Views,
  listeners: Listeners,
): ((recorded: ReadonlyArray<RecordedEvent>) => Promise<void>) => {
  const emitChange = async (
    clientId: string,
    recorded: ReadonlyArray<RecordedEvent>,
  ): Promise<void> => {
    const [first] = recorded
    if (first === undefined || !listeners.has('client.changed')) return
    const before = await states.before(clientId, first.revision)
    const after = recorded.reduce((state, { event }) => evolve(state, event), before)
    const client = toClient(after)
    if (after !== before && client !== null) listeners.emit('client.changed', client, recorded)
  }

  return async (recorded) => {
    views.appended(recorded.length)
    for (const each of recorded) listeners.emit('event.recorded', each)
    for (const [clientId, ofClient] of eventsByClient(recorded)) {
      await emitChange(clientId, ofClient)
    }
  }
}
