import { openClients } from '../clients/clients.js'
import type { EventStore } from '../event-store/event-store.js'
import { clientIdOf, sessionsIn, type ClientEvent } from '../events/client-event.js'
import { foldDevices } from '../domain/device-states.js'
import type { InspectedClient, Inspection } from '../inspect/inspection.js'
import { toDevices } from '../projections/devices.js'
import type { LogSource } from '../replay/source.js'
import { readLog } from '../replay/read-log.js'
import type { RefusalReport } from './refusal-report.js'
import type { StatusLine } from './status-line.js'

/** Whose timeline is made. */
export interface TimelineSubject {
  readonly foundAs: 'client' | 'user'
  readonly id: string
}

const inspectionOf = (
  { foundAs, id }: TimelineSubject,
  clients: ReadonlyArray<InspectedClient>,
  now: number,
): Inspection => {
  const states = foldDevices(clients.flatMap(({ events }) => events))
  const devices = foundAs === 'user' ? toDevices(states, { userId: id }, { at: now }) : []
  return { id, foundAs, clients, devices, now }
}

/** Reads the timeline of a client or a user from a store. */
export const timelineOfStore = async (
  store: EventStore,
  subject: TimelineSubject,
  now: number,
): Promise<Inspection> => {
  const { foundAs, id } = subject
  const ids = foundAs === 'client' ? [id] : await store.clientsOfUser(id)
  const clients: InspectedClient[] = []
  for (const clientId of ids) {
    const history = await openClients({ store }).history(clientId)
    if (history.length === 0) continue
    clients.push({
      id: clientId,
      events: history.map(({ event }) => event),
      revisions: history.map(({ revision }) => revision),
    })
  }
  return inspectionOf(subject, clients, now)
}

/** Which clients of a log have a session of a user. It reads the log once. */
const clientsOfUser = async (
  sources: ReadonlyArray<LogSource>,
  userId: string,
): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>()
  for await (const step of readLog(sources)) {
    if (step.type !== 'events') continue
    for (const event of step.events) {
      if (sessionsIn(event).some(({ user_id }) => user_id === userId)) ids.add(clientIdOf(event))
    }
  }
  return ids
}

/**
 * Reads the timeline of a client or a user from logs. For a user it reads the logs twice: a line that names the
 * user can come after others of the same client.
 *
 * @returns how many lines were refused, too
 */
export const timelineOfLogs = async (
  sources: ReadonlyArray<LogSource>,
  subject: TimelineSubject,
  now: number,
  refusals: RefusalReport,
  status: StatusLine,
): Promise<{ readonly inspection: Inspection; readonly refused: number }> => {
  const { foundAs, id } = subject
  const ids = foundAs === 'client' ? new Set([id]) : await clientsOfUser(sources, id)
  const byClient = new Map<string, ClientEvent[]>()
  let refused = 0
  for await (const step of readLog(sources)) {
    if (step.type === 'refused') await refusals.addLine(step)
    else if (step.type === 'progress') {
      refused = step.refused
      status.update(step)
    } else {
      for (const event of step.events) {
        const clientId = clientIdOf(event)
        if (!ids.has(clientId)) continue
        const events = byClient.get(clientId)
        if (events === undefined) byClient.set(clientId, [event])
        else events.push(event)
      }
    }
  }
  const clients = Array.from(byClient, ([clientId, events]) => ({ id: clientId, events }))
  return { inspection: inspectionOf(subject, clients, now), refused }
}
