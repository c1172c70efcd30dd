import type { Clients } from '../../clients/clients.js'
import type { FoundAs, InspectedClient, Inspection } from '../../inspect/inspection.js'

/** The most events that a page holds: more would need minutes and gigabytes. */
export const MOST_EVENTS = 200_000

/** How many clients are read at the same time. */
const AT_ONCE = 16

const readClients = async (
  clients: Clients,
  ids: ReadonlyArray<string>,
): Promise<ReadonlyArray<InspectedClient> | 'too-many-events'> => {
  const read: InspectedClient[] = []
  let events = 0
  for (let begin = 0; begin < ids.length; begin += AT_ONCE) {
    const some = ids.slice(begin, begin + AT_ONCE)
    const histories = await Promise.all(some.map((id) => clients.history(id)))
    for (const [index, history] of histories.entries()) {
      const id = some[index]
      if (id === undefined || history.length === 0) continue
      events += history.length
      read.push({
        id,
        events: history.map(({ event }) => event),
        revisions: history.map(({ revision }) => revision),
      })
    }
    if (events > MOST_EVENTS) return 'too-many-events'
  }
  return read
}

/** The clients that have something to do with an id, and what the id is. */
const idsOf = async (
  clients: Clients,
  id: string,
): Promise<readonly [FoundAs, ReadonlyArray<string>]> => {
  const session = await clients.session(id, { at: 'recorded' })
  if (session !== null) return ['session', [session.client_id]]
  const { data } = await clients.sessions({ userId: id, at: 'recorded' })
  return ['user', [...new Set(data.map(({ client_id }) => client_id))]]
}

/**
 * Everything about the client, the session or the user with an id: all events of its clients. Null if there
 * is no such id.
 *
 * @param now - the clock, in epoch milliseconds
 */
export const findInspection = async (
  clients: Clients,
  id: string,
  now: number,
): Promise<Inspection | 'too-many-events' | null> => {
  if (id === '') return null
  const own = await readClients(clients, [id])
  if (own === 'too-many-events') return own
  if (own.length > 0) return { id, foundAs: 'client', clients: own, devices: [], now }
  const [foundAs, ids] = await idsOf(clients, id)
  const found = await readClients(clients, ids)
  if (found === 'too-many-events') return found
  if (found.length === 0) return null
  const devices = foundAs === 'user' ? await clients.devices(id) : []
  return { id, foundAs, clients: found, devices, now }
}
