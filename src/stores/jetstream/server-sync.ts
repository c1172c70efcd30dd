import type { NatsConnection } from '@nats-io/transport-node'
import { StoreUnavailable } from '../../event-store/store-error.js'
import { connectAs } from './connection.js'
import type { Driver } from './driver.js'
import { unavailable } from './errors.js'
import type { JetStreamUrl } from './url.js'

/** How long further servers may take to answer. */
const ANSWER_MILLISECONDS = 500

/** The answer of a server about its JetStream. */
interface ServerAnswer {
  readonly server?: { readonly name?: string }
  readonly data?: { readonly config?: { readonly sync_always?: boolean } }
}

/** The answers of all servers; none if the user may not ask. */
const readAnswers = async (nc: NatsConnection): Promise<ReadonlyArray<ServerAnswer>> => {
  const answers: ServerAnswer[] = []
  try {
    const messages = await nc.requestMany(
      '$SYS.REQ.SERVER.PING.JSZ',
      JSON.stringify({ config: true }),
      { maxWait: ANSWER_MILLISECONDS, strategy: 'timer' },
    )
    for await (const message of messages) answers.push(message.json<ServerAnswer>())
  } catch (error) {
    // No server answers a user of another account.
    if (!(error instanceof Error && /^(NoResponders|RequestError)$/.test(error.name))) throw error
  }
  return answers
}

/**
 * Looks whether each server syncs every write to its disk. Only the system account is shown that.
 *
 * @returns whether it is known that they do: false if the URL names no user of the system account, or if one
 *   of them does not and the URL does not say that they do
 * @throws StoreUnavailable (as a rejection) if the URL says that they do, and one of them does not.
 */
export const checkServerSync = async (
  driver: Driver,
  { servers, system, syncsAlways }: JetStreamUrl,
): Promise<boolean> => {
  if (system === undefined) return false
  const nc = await connectAs(driver, servers, system).catch((error: unknown) => {
    throw unavailable(error)
  })
  try {
    const configs = (await readAnswers(nc)).flatMap(({ server, data }) =>
      data?.config === undefined ? [] : { name: server?.name ?? '', ...data.config },
    )
    if (configs.length === 0) {
      throw new StoreUnavailable(
        'denied',
        'the user of system in the URL does not belong to the system account, to which alone the servers show how they sync',
      )
    }
    const lazy = configs.filter((config) => config.sync_always !== true).map(({ name }) => name)
    if (syncsAlways && lazy.length > 0) {
      throw new StoreUnavailable(
        'denied',
        `the URL says sync=always, but the server ${lazy.join(' and ')} syncs its disk only now and then: set sync_interval: always in its jetstream block`,
      )
    }
    return lazy.length === 0
  } catch (error) {
    throw unavailable(error)
  } finally {
    await nc.close()
  }
}
