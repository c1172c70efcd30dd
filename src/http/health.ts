import type { Clients } from '../clients/clients.js'
import { StoreUnavailable } from '../event-store/store-error.js'
import { heldBackOf } from './held-back.js'
import { jsonAnswer, unavailable, type Answer } from './api-error.js'
import { withinTime } from './time-limit.js'

/** A store that needs longer than this to answer is not healthy. */
const HEALTH_PATIENCE_MS = 3000

const LAG_HEADER = 'clientfold-events-behind'

const tooSlow = (): Answer =>
  unavailable(new StoreUnavailable('busy', `no answer within ${HEALTH_PATIENCE_MS} ms`))

/**
 * Whether the store answers. It looks up a client that does not exist, which is cheap and reads the
 * events. It also says for which transaction followers wait and, where views are kept, how many events
 * they lack, up to 100: in the body, and in a header for a balancer that reads no bodies.
 *
 * @param needsWriting - whether a store to which nothing can be written is unhealthy
 */
export const healthOf = async (clients: Clients, needsWriting: boolean): Promise<Answer> => {
  const check = async (): Promise<Answer> => {
    await clients.history('')
    if (needsWriting) await clients.checkWritable()
    const heldBackBy = heldBackOf(await clients.heldBackBy())
    // A lag is no failure: a list catches up before it answers.
    const lag = await clients.views.lag().catch(() => null)
    const body = { status: 'ok', ...(lag !== null && { views: { events_behind: lag } }) }
    const headers = lag === null ? {} : { headers: { [LAG_HEADER]: String(lag) } }
    if (heldBackBy === undefined) return { ...jsonAnswer(200, 'ok', body), ...headers }
    // Not unhealthy: nothing is lost, and another instance of this server would wait too.
    const heldBack = { ...body, followers_held_back_by: heldBackBy }
    return { ...jsonAnswer(200, 'followers-held-back', heldBack), ...headers, heldBackBy }
  }
  return withinTime(check(), HEALTH_PATIENCE_MS, tooSlow).catch(unavailable)
}
