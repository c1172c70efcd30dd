import type { StoredEvent } from '../kit/event-record.js'
import type { PageRequest } from '../kit/page-request.js'
import type { Connection } from './connection.js'
import type { Life } from './life.js'
import {
  eventOf,
  isMarker,
  isOpenMarker,
  type EventMessage,
  type StreamMessage,
} from './message.js'
import type { Notes } from './notes.js'
import { endOf, readToEnd } from './read-to-end.js'
import type { Rewrites } from './rewrites.js'
import type { LogSubjects } from './subjects.js'

/** The streams of a store, and what is known of them. */
export interface Log {
  readonly connection: Connection
  readonly stream: string
  /** Whether the URL says that each server syncs each write to its disk. */
  readonly syncsAlways: boolean
  /** Whether the system account was asked, and each server does. */
  readonly isSyncKnown: boolean
  readonly subjects: LogSubjects
  readonly notes: Notes
  readonly rewrites: Rewrites
  readonly life: Life
}

/** Everything on the subject of a client. */
export interface ClientMessages {
  /** In the order of their revisions. */
  readonly events: ReadonlyArray<EventMessage>
  readonly markers: ReadonlyArray<StreamMessage>
  /** Markers of what may not have ended. */
  readonly openMarkers: ReadonlyArray<StreamMessage>
  /** The place of the last message; 0 for none. */
  readonly lastSeq: number
}

const withRewritten = (
  messages: ReadonlyArray<EventMessage>,
  rewritten: ReadonlyArray<EventMessage>,
): ReadonlyArray<EventMessage> => {
  if (rewritten.length === 0) return messages
  const events = new Map(messages.map((event) => [event.seq, event]))
  for (const event of rewritten) events.set(event.seq, event)
  return [...events.values()].sort((left, right) => left.seq - right.seq)
}

/** Reads everything on the subject of a client. */
export const readClientMessages = async (
  { connection, stream, subjects, rewrites }: Log,
  clientToken: string,
): Promise<ClientMessages> => {
  const subject = subjects.client(clientToken)
  const end = await endOf(connection, stream, subject, subjects.allClients)
  const messages: StreamMessage[] = []
  for await (const page of readToEnd(connection, stream, subject, 1, end)) messages.push(...page)
  // Afterwards: an event is rewritten before its message goes.
  await rewrites.refresh()
  const events = messages.filter((message) => !isMarker(message)).map(eventOf)
  const markers = messages.filter(isMarker)
  return {
    events: withRewritten(events, rewrites.ofClient(clientToken)).toSorted(
      (left, right) => left.revision - right.revision,
    ),
    markers,
    openMarkers: markers.filter(isOpenMarker),
    lastSeq: messages.at(-1)?.seq ?? 0,
  }
}

/** The event as every store gives it. */
export const storedEventOf =
  ({ positionOf }: Life) =>
  ({ seq, text, recordedAt, revision, problem }: EventMessage): StoredEvent => ({
    text,
    recordedAt,
    revision,
    position: positionOf(seq),
    problem,
  })

/** The events after a position, page by page, up to the end of the log. */
export async function* readPages(
  log: Log,
  { after, checkOpen }: PageRequest,
): AsyncGenerator<ReadonlyArray<StoredEvent>, void> {
  const { connection, stream, subjects, rewrites, life } = log
  let next = after === undefined ? 1 : life.seqOf(after) + 1
  const end = await endOf(connection, stream, subjects.allClients)
  const pageOf = async (
    messages: ReadonlyArray<StreamMessage>,
    to: number,
  ): Promise<ReadonlyArray<StoredEvent>> => {
    await rewrites.refresh()
    const events = messages.filter((message) => !isMarker(message)).map(eventOf)
    const all = withRewritten(events, rewrites.between(next, to))
    next = to + 1
    return all.map(storedEventOf(life))
  }
  for await (const page of readToEnd(connection, stream, subjects.allClients, next, end)) {
    checkOpen()
    const events = await pageOf(page, page.at(-1)?.seq ?? next)
    if (events.length > 0) yield events
  }
  checkOpen()
  const rest = next <= end ? await pageOf([], end) : []
  if (rest.length > 0) yield rest
}
