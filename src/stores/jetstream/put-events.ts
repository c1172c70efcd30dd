import { StoreUnavailable } from '../../event-store/store-error.js'
import type { RestoredEvent } from '../kit/backup-engine.js'
import { eventIdentity } from '../../events/encode-event.js'
import { parseEvent } from '../../events/decode-event.js'
import { isRight } from 'fp-ts/lib/Either.js'
import { messageOf } from './append.js'
import { CONFLICTS, EXPECTED_LAST, type NewMessage } from './connection.js'
import { findEventId, messageIdOf } from './event-ids.js'
import { writeLinks } from './links.js'
import { readClientMessages, type Log } from './log.js'
import type { EventMessage } from './message.js'
import { tokenOfId } from './subjects.js'

const TRIES = 20

const eventIdOf = ({ text, problem }: EventMessage): string | undefined => {
  const event = problem === undefined ? parseEvent(text) : undefined
  return event !== undefined && isRight(event) ? eventIdentity(event.right) : undefined
}

/** What a client holds, as far as a restore has come. */
interface RestoredClient {
  readonly token: string
  lastSeq: number
  revision: number
  readonly idsByRevision: Map<number, string | undefined>
  readonly ids: Set<string | undefined>
}

const readRestored = async (log: Log, clientId: string): Promise<RestoredClient> => {
  const token = tokenOfId(clientId)
  const { events, lastSeq } = await readClientMessages(log, token)
  const idsByRevision = new Map(events.map((event) => [event.revision, eventIdOf(event)]))
  return {
    token,
    lastSeq,
    revision: Math.max(0, ...idsByRevision.keys()),
    idsByRevision,
    ids: new Set(idsByRevision.values()),
  }
}

/** What of some events is new, and which of them have a place that is another event's. */
const sortOut = (
  events: ReadonlyArray<RestoredEvent>,
  clients: ReadonlyMap<string, RestoredClient>,
): { readonly added: ReadonlyArray<RestoredEvent>; readonly taken: ReadonlyArray<number> } => {
  const added: RestoredEvent[] = []
  const taken: number[] = []
  for (const [index, event] of events.entries()) {
    const { clientId, eventId } = event.record
    const client = clients.get(clientId)
    const isHere = client?.idsByRevision.has(event.revision) === true
    if (client === undefined || (isHere && client.idsByRevision.get(event.revision) === eventId))
      continue
    if (isHere || client.ids.has(eventId)) {
      taken.push(index)
      continue
    }
    client.idsByRevision.set(event.revision, eventId)
    client.ids.add(eventId)
    added.push(event)
  }
  return { added, taken }
}

const messagesOf = (
  { subjects }: Log,
  events: ReadonlyArray<RestoredEvent>,
  clients: ReadonlyMap<string, RestoredClient>,
  messageIds: ReadonlyMap<string, string>,
): ReadonlyArray<NewMessage> => {
  const begun = new Set<RestoredClient>()
  return events.flatMap((event, index) => {
    const client = clients.get(event.record.clientId)
    if (client === undefined) return []
    client.revision = Math.max(client.revision, event.revision)
    const { eventId } = event.record
    const message = messageOf(subjects.client(client.token), event, {
      last: client.revision,
      part: `${index + 1}/${events.length}`,
      messageId: messageIds.get(eventId) ?? messageIdOf(eventId),
    })
    if (begun.has(client)) return message
    begun.add(client)
    return { ...message, headers: { ...message.headers, [EXPECTED_LAST]: client.lastSeq } }
  })
}

/** Writes events of a backup at their revisions. */
export const createEventPutter =
  (log: Log) =>
  async (events: ReadonlyArray<RestoredEvent>): Promise<ReadonlyArray<number>> => {
    const { connection } = log
    const messageIds = new Map<string, string>()
    for (let tries = 0; tries < TRIES; tries++) {
      const clientIds = [...new Set(events.map(({ record }) => record.clientId))]
      const clients = new Map<string, RestoredClient>()
      await Promise.all(
        clientIds.map(async (clientId) => clients.set(clientId, await readRestored(log, clientId))),
      )
      const needs = Array.from(clients, ([clientId, { token }]) => ({
        state: { token, links: new Set<string>() },
        records: events.flatMap(({ record }) => (record.clientId === clientId ? record : [])),
      }))
      await writeLinks(log, needs)
      const { added, taken } = sortOut(events, clients)
      if (added.length === 0) return taken
      const messages = messagesOf(log, added, clients, messageIds)
      const answer = await connection.publishBatch(messages)
      if (answer.code === undefined) return taken
      if (CONFLICTS.has(answer.code)) continue
      // The server knows one of the ids: from an event that was erased, or from another client's event.
      const ofOthers: number[] = []
      for (const event of added) {
        const { text, messageId } = await findEventId(log, event.record.eventId)
        if (text === undefined) messageIds.set(event.record.eventId, messageId)
        else ofOthers.push(events.indexOf(event))
      }
      if (ofOthers.length > 0) return [...taken, ...ofOthers]
    }
    throw new StoreUnavailable('busy', 'other processes write to the store while it is restored')
  }
