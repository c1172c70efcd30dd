import type { ClientErasure } from '../kit/client-erasure.js'
import type { StorageKey } from '../kit/storage-key.js'
import type { ErasureRequest, StoreEngine } from '../kit/store-engine.js'
import { EXPECTED_LAST } from './connection.js'
import { clientKeyOf, linkedTokens } from './links.js'
import { readClientMessages, storedEventOf, type ClientMessages, type Log } from './log.js'
import { HEADER, type EventMessage, type StreamMessage } from './message.js'
import { noteOf, type Notes } from './notes.js'
import { tokenOf } from './subjects.js'

/** Raises the number of a note. It never falls. */
export const raiseNote = (
  notes: Notes,
  name: string,
  text: string,
  number: number,
): Promise<boolean> =>
  notes.change(name, (stored) =>
    stored !== undefined && noteOf(stored).number >= number
      ? undefined
      : JSON.stringify([text, number]),
  )

/** Numbers a client among the erasures. */
const noteLoss = async (notes: Notes, clientHash: string): Promise<void> => {
  for (;;) {
    const last = await notes.last('x.*')
    const number = last === undefined ? 1 : noteOf(last).number + 1
    const isNoted = await notes.change(`x.${number}`, (stored) =>
      stored === undefined ? JSON.stringify([clientHash, number]) : undefined,
    )
    if (isNoted) return
  }
}

/** What stays of a client, as its marker says it. */
const remainderOf = (
  events: ReadonlyArray<EventMessage>,
  { deleted }: ClientErasure,
  clientKey: StorageKey,
): { readonly revision: number; readonly body: string } => {
  const gone = new Set(deleted)
  const revision = events.reduce(
    (last, event) => (gone.has(event.revision) ? last : Math.max(last, event.revision)),
    0,
  )
  // The key can be the id of the client. It stands there only as long as an event has it too.
  return { revision, body: revision === 0 ? '' : clientKey }
}

/** Publishes a marker after the last message of a client. Undefined if that is not the last one any more. */
const publishMarker = async (
  { connection, subjects }: Log,
  token: string,
  marker: {
    readonly after: number
    readonly phase: 'open' | 'done'
    readonly revision: number
    readonly body: string
    readonly clientHash: string
  },
): Promise<number | undefined> => {
  const answer = await connection.publish({
    subject: subjects.client(token),
    body: marker.body,
    headers: {
      [EXPECTED_LAST]: marker.after,
      [HEADER.marker]: marker.phase,
      [HEADER.last]: marker.revision,
      [HEADER.client]: marker.clientHash,
    },
  })
  return answer.seq
}

/** How many messages are erased at a time, where the order does not matter. */
const AT_ONCE = 32

/**
 * Deletes and rewrites the events. Where all events go, the last one goes first, so that a reader meets a
 * part of them without a hole. Otherwise there are holes whatever the order is.
 */
const changeEvents = async (
  { connection, stream, rewrites }: Log,
  events: ReadonlyArray<EventMessage>,
  { deleted, rewritten }: ClientErasure,
): Promise<void> => {
  const gone = new Set(deleted)
  const records = new Map(rewritten.map(({ revision, record }) => [revision, record]))
  const change = async (event: EventMessage): Promise<void> => {
    const record = records.get(event.revision)
    if (record !== undefined) await rewrites.put(event.seq, { ...event, text: record.text })
    else if (rewrites.at(event.seq) !== undefined) await rewrites.put(event.seq, null)
    await connection.erase(stream, event.seq)
  }
  const changed = events
    .filter(({ revision }) => gone.has(revision) || records.has(revision))
    .toReversed()
  const atOnce = gone.size === events.length ? 1 : AT_ONCE
  for (let start = 0; start < changed.length; start += atOnce) {
    await Promise.all(changed.slice(start, start + atOnce).map(change))
  }
}

/** Erases the markers before the last message of a client. One is enough. */
const eraseMarkers = async (
  { connection, stream }: Log,
  markers: ReadonlyArray<StreamMessage>,
): Promise<void> => {
  for (const { seq } of markers) await connection.erase(stream, seq)
}

/** How something of a client goes. */
export interface Loss {
  /** Undefined where only an event tells it. */
  readonly clientKey: StorageKey | undefined
  readonly plan: ErasureRequest['plan']
  /** Whether the client is numbered among the erasures. */
  readonly isLoss: boolean
  /** Notes what refuses the events that go. Called before they do. */
  readonly beforeIt?: (erasure: ClientErasure) => Promise<void>
}

const planOf = (
  { life }: Log,
  { events }: ClientMessages,
  { clientKey, plan }: Loss,
): { readonly clientKey: StorageKey; readonly erasure: ClientErasure } | undefined => {
  const key = clientKey ?? events.flatMap((event) => clientKeyOf(event) ?? [])[0]
  if (key === undefined) return undefined
  return { clientKey: key, erasure: plan(key, events.map(storedEventOf(life))) }
}

/**
 * Takes something out of a client. First a marker comes after the last event: who has read the client before
 * cannot write any more, and reads the tombstones again. The marker stays open until the client is numbered
 * among the erasures, so that an erasure that broke off is numbered when it is called again.
 *
 * @returns the number of events that were deleted or rewritten
 */
export const takeOut = async (log: Log, token: string, loss: Loss): Promise<number> => {
  for (;;) {
    const messages = await readClientMessages(log, token)
    const { events, markers, openMarkers, lastSeq } = messages
    const planned = planOf(log, messages, loss)
    const erasure = planned?.erasure
    const count = erasure === undefined ? 0 : erasure.deleted.length + erasure.rewritten.length
    const isNumbered = loss.isLoss && (count > 0 || openMarkers.length > 0)
    if (erasure !== undefined) await loss.beforeIt?.(erasure)
    const clientHash = erasure?.clientHash ?? openMarkers[0]?.headers.get(HEADER.client) ?? ''
    if (count > 0 && clientHash !== '' && erasure !== undefined) {
      await raiseNote(log.notes, `h.${clientHash}`, clientHash, erasure.horizon)
    }
    const remainder =
      planned === undefined
        ? { revision: 0, body: '', clientHash }
        : { ...remainderOf(events, planned.erasure, planned.clientKey), clientHash }
    const phase = isNumbered ? 'open' : 'done'
    const marker = await publishMarker(log, token, { ...remainder, after: lastSeq, phase })
    // Something else was written to the client meanwhile.
    if (marker === undefined) continue
    if (erasure !== undefined && count > 0) await changeEvents(log, events, erasure)
    if (isNumbered) {
      if (clientHash !== '') await noteLoss(log.notes, clientHash)
      // Who has written after the open marker has read it. Otherwise a closed one takes its place.
      await publishMarker(log, token, { ...remainder, after: marker, phase: 'done' })
      await log.connection.erase(log.stream, marker)
    }
    await eraseMarkers(log, markers)
    return count
  }
}

/** Erases clients and users. */
export const createEraser =
  (log: Log): StoreEngine['erase'] =>
  async ({ kind, key, tombstone, erasedAt, plan }) => {
    const raise = (moment: number): Promise<boolean> =>
      raiseNote(log.notes, `t.${tombstone}`, tombstone, moment)
    await raise(erasedAt)
    // After the tombstone: who writes a link from now on reads the tombstone.
    const tokens = kind === 'client' ? [tokenOf(key)] : await linkedTokens(log, 'u', key)
    let count = 0
    for (const token of tokens) {
      count += await takeOut(log, token, {
        clientKey: kind === 'client' ? key : undefined,
        plan,
        isLoss: true,
        beforeIt: async ({ latestCreatedAt }) => {
          await raise(latestCreatedAt + 1)
        },
      })
    }
    return count
  }
