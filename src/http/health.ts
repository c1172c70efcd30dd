import type { Clients } from '../clients/clients.js'
import { StoreUnavailable } from '../event-store/store-error.js'
import { jsonAnswer, unavailable, type Answer } from './api-error.js'
import { withinTime } from './time-limit.js'

/** A store that needs longer than this to answer is not healthy. */
const HEALTH_PATIENCE_MS = 3000

const tooSlow = (): Answer =>
  unavailable(new StoreUnavailable('busy', `no answer within ${HEALTH_PATIENCE_MS} ms`))

/**
 * Whether the store answers. It looks up a client that does not exist, which is cheap and reads the
 * events. Where views are kept, it also says how many events they lack, up to 100.
 *
 * @param needsWriting - whether a store to which nothing can be written is unhealthy
 */
export const healthOf = async (clients: Clients, needsWriting: boolean): Promise<Answer> => {
  const check = async (): Promise<Answer> => {
    await clients.history('')
    if (needsWriting) await clients.checkWritable()
    // A lag is no failure: a list catches up before it answers.
    const lag = await clients.views.lag().catch(() => null)
    return jsonAnswer(200, 'ok', {
      status: 'ok',
      ...(lag !== null && { views: { events_behind: lag } }),
    })
  }
  return withinTime(check(), HEALTH_PATIENCE_MS, tooSlow).catch(unavailable)
}
