import type { EventRecord } from '../kit/event-record.js'
import { keyOf, type StorageKey } from '../kit/storage-key.js'
import { lookUpIdsOf } from '../kit/look-ups.js'
import { parseEvent } from '../../events/decode-event.js'
import { clientIdOf } from '../../events/client-event.js'
import { isRight } from 'fp-ts/lib/Either.js'
import type { ClientState } from './client-state.js'
import { EXPECTED_LAST } from './connection.js'
import { readClientMessages, type Log } from './log.js'
import type { EventMessage } from './message.js'
import { lastTokenOf, tokenOf, tokenOfId, type LinkKind } from './subjects.js'

/** The subjects of the links that the events of a client need. */
const linksOf = (
  { subjects }: Log,
  token: string,
  records: ReadonlyArray<Pick<EventRecord, 'sessionIds' | 'userIds'>>,
): ReadonlySet<string> => {
  const links = new Set<string>()
  for (const { sessionIds, userIds } of records) {
    for (const id of userIds) links.add(subjects.link('u', tokenOfId(id), token))
    for (const id of sessionIds) links.add(subjects.link('s', tokenOfId(id), token))
  }
  return links
}

/** The clients of which links are needed. */
export interface LinkNeed {
  readonly state: Pick<ClientState, 'token' | 'links'>
  readonly records: ReadonlyArray<Pick<EventRecord, 'sessionIds' | 'userIds'>>
}

/** The most messages of a batch. The server refuses more. */
export const MOST_MESSAGES = 1000

/** Writes links: all with one sync of the disk if none of them is there already. */
const publishLinks = async ({ connection }: Log, links: ReadonlyArray<string>): Promise<void> => {
  const messages = links.map((subject) => ({ subject, body: '', headers: { [EXPECTED_LAST]: 0 } }))
  const isWritten =
    messages.length > 1 && (await connection.publishBatch(messages)).code === undefined
  // The server refuses a link that is there already.
  if (!isWritten) await Promise.all(messages.map(connection.publish))
}

/**
 * Writes the links of clients that are missing. They are there before the events: an erasure of a user that
 * does not find a link has put its tombstone before, which the writer of the link reads after it.
 */
export const writeLinks = async (log: Log, needs: ReadonlyArray<LinkNeed>): Promise<void> => {
  const missing = needs.map(({ state, records }) =>
    [...linksOf(log, state.token, records)].filter((link) => !state.links.has(link)),
  )
  const all = missing.flat()
  for (let start = 0; start < all.length; start += MOST_MESSAGES) {
    await publishLinks(log, all.slice(start, start + MOST_MESSAGES))
  }
  for (const [index, { state }] of needs.entries()) {
    for (const link of missing[index] ?? []) state.links.add(link)
  }
}

/** The tokens of the clients to which a user or a session leads, or led once. */
export const linkedTokens = async (
  { connection, stream, subjects }: Log,
  kind: LinkKind,
  key: StorageKey,
): Promise<ReadonlyArray<string>> => {
  const found = await connection.subjects(stream, subjects.linksOf(kind, tokenOf(key)))
  return found.map(lastTokenOf)
}

/** The key of the client of an event; undefined if the event is damaged. */
export const clientKeyOf = ({ text, problem }: EventMessage): StorageKey | undefined => {
  const event = problem === undefined ? parseEvent(text) : undefined
  return event !== undefined && isRight(event) ? keyOf(clientIdOf(event.right)) : undefined
}

/** What a client can be looked up by, at its last message. */
interface ClientNames {
  readonly lastSeq: number
  readonly clientKey: StorageKey | undefined
  readonly names: ReadonlySet<string>
}

/** How many clients are remembered, so that a check does not read a client once for each of its sessions. */
const REMEMBERED = 100

const nameOf = (kind: LinkKind, key: StorageKey): string => `${kind} ${key}`

const namesOf = (events: ReadonlyArray<EventMessage>): ReadonlySet<string> => {
  const names = new Set<string>()
  for (const { text, problem } of events) {
    const event = problem === undefined ? parseEvent(text) : undefined
    if (event === undefined || !isRight(event)) continue
    const { userIds, sessionIds } = lookUpIdsOf(event.right)
    for (const id of userIds) names.add(nameOf('u', keyOf(id)))
    for (const id of sessionIds) names.add(nameOf('s', keyOf(id)))
  }
  return names
}

/** Answers which clients have an event that names a user or a session. */
export type LookUp = (kind: LinkKind, key: StorageKey) => Promise<ReadonlyArray<StorageKey>>

/** Looks clients up by their links. No link is ever removed, so the clients are read. */
export const createLookUp = (log: Log): LookUp => {
  const remembered = new Map<string, ClientNames>()

  const read = async (token: string): Promise<ClientNames> => {
    const last = await log.connection.lastOn(log.stream, log.subjects.client(token))
    const known = remembered.get(token)
    if (known !== undefined && known.lastSeq === last?.seq) return known
    const { events, markers, lastSeq } = await readClientMessages(log, token)
    const clientKey = events.flatMap((event) => clientKeyOf(event) ?? [])[0]
    const found = { lastSeq, clientKey, names: namesOf(events) }
    remembered.delete(token)
    // After a marker, events can go without another message.
    if (markers.length === 0) remembered.set(token, found)
    const [oldest] = remembered.keys()
    if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest)
    return found
  }

  return async (kind, key) => {
    const clients = await Promise.all((await linkedTokens(log, kind, key)).map(read))
    return clients.flatMap(({ names, clientKey }) =>
      clientKey !== undefined && names.has(nameOf(kind, key)) ? clientKey : [],
    )
  }
}
