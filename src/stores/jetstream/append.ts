import { setTimeout as delay } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import {
  answersOf,
  decideAppends,
  writesOf,
  type Append,
  type AppendAnswer,
  type AppendDecision,
  type EventWrite,
  type StoredFacts,
} from '../kit/appends.js'
import { droppedHashOf } from '../kit/dropped-hash.js'
import type { EventRecord } from '../kit/event-record.js'
import type { StoreEngine } from '../kit/store-engine.js'
import { allowedEventIdsOf, earliestChecksOf } from '../kit/tombstones.js'
import { ClientStates, readClientState, readMoment, type ClientState } from './client-state.js'
import {
  CONFLICTS,
  EXPECTED_LAST,
  MESSAGE_ID,
  type NewMessage,
  type PublishAnswer,
} from './connection.js'
import { findEventId, messageIdOf, type EventIdUse } from './event-ids.js'
import { MOST_MESSAGES, writeLinks } from './links.js'
import type { Log } from './log.js'
import { HEADER } from './message.js'
import { WINDOW_MILLISECONDS } from './open-stream.js'

/** The most events of an append: one batch. */
export const MOST_EVENTS = MOST_MESSAGES

const DEADLINE_MILLISECONDS = 7000
const LONGEST_PAUSE_MILLISECONDS = 40

/**
 * What is looked up for the event ids of an append: nothing, because the server refuses an id that it knows;
 * the client's own events; or also whatever the server knows.
 */
type Search = 'none' | 'own' | 'all'

/** Of an event that was said long ago, the server may not know the id any more. */
const isOld = ({ event, recordedAt }: EventRecord): boolean =>
  (event.timestamp ?? event.data.updated_at) < recordedAt - WINDOW_MILLISECONDS / 2

type States = ReadonlyMap<string, ClientState>

const byClient = (
  appends: ReadonlyArray<Append>,
): ReadonlyMap<string, ReadonlyArray<EventRecord>> => {
  const records = new Map<string, EventRecord[]>()
  for (const append of appends) {
    const known = records.get(append.clientId)
    if (known === undefined) records.set(append.clientId, [...append.records])
    else known.push(...append.records)
  }
  return records
}

/** Looks up the tombstones that can refuse the records. The links of the records are written before. */
const readMoments = async (
  log: Log,
  { moments }: ClientState,
  records: ReadonlyArray<EventRecord>,
): Promise<void> => {
  const unknown = earliestChecksOf(records)
    .map(({ tombstone }) => tombstone)
    .filter((tombstone) => !moments.has(tombstone))
  await Promise.all(
    unknown.map(async (tombstone) => moments.set(tombstone, await readMoment(log, tombstone))),
  )
}

const momentOfStates =
  (states: States) =>
  (tombstone: string): number | undefined => {
    for (const { moments } of states.values()) {
      const moment = moments.get(tombstone)
      if (moment != null) return moment
    }
    return undefined
  }

const hasTombstones = (states: States): boolean =>
  [...states.values()].some(({ moments }) => [...moments.values()].some((each) => each !== null))

/** What is known of the event ids of a group. */
interface IdFacts {
  readonly uses: ReadonlyMap<string, EventIdUse>
  readonly dropped: ReadonlySet<string>
}

const readIdFacts = async (
  log: Log,
  states: States,
  records: ReadonlyArray<EventRecord>,
  search: Search,
): Promise<IdFacts> => {
  const momentOf = hasTombstones(states) ? momentOfStates(states) : null
  const ids = new Map<string, ClientState>()
  for (const record of records) {
    const state = states.get(record.clientId)
    if (state === undefined) continue
    // An observation from which a session is taken out is another text, with another id if it had none.
    for (const id of [record.eventId, ...allowedEventIdsOf([record], momentOf)]) ids.set(id, state)
  }
  const uses = new Map<string, EventIdUse>()
  const dropped = new Set<string>()
  await Promise.all(
    Array.from(ids, async ([id, { texts, horizon }]) => {
      const text = texts?.get(id)
      if (text !== undefined) {
        uses.set(id, { text, messageId: '' })
        return
      }
      // Only of a client with holes was something dropped. Other clients' ids are known to the server.
      const hash = horizon > 0 || search === 'all' ? droppedHashOf(id) : undefined
      if (hash !== undefined && (await log.notes.read(`d.${hash}`)) !== undefined) dropped.add(id)
      else if (search === 'all') uses.set(id, await findEventId(log, id))
    }),
  )
  return { uses, dropped }
}

const factsOf = (states: States, { uses, dropped }: IdFacts): StoredFacts => ({
  momentOf: hasTombstones(states) ? momentOfStates(states) : null,
  revisionOf: (clientId) => states.get(clientId)?.revision ?? 0,
  horizonOf: (clientId) => states.get(clientId)?.horizon ?? 0,
  textOf: (eventId) => uses.get(eventId)?.text,
  wasDropped: (eventId) => dropped.has(eventId),
})

/** The message of an event. */
export const messageOf = (
  subject: string,
  { record, revision }: EventWrite,
  headers: { readonly last: number; readonly part: string; readonly messageId: string },
): NewMessage => ({
  subject,
  body: record.text,
  headers: {
    [MESSAGE_ID]: headers.messageId,
    [HEADER.revision]: revision,
    [HEADER.last]: headers.last,
    [HEADER.recordedAt]: record.recordedAt,
    ...(headers.part !== '1/1' && { [HEADER.part]: headers.part }),
  },
})

/** Publishes events as one batch, each client's first one with the place after which it must come. */
const publishEvents = async (
  { connection, subjects }: Log,
  states: States,
  writes: ReadonlyArray<EventWrite>,
  uses: IdFacts['uses'],
): Promise<PublishAnswer> => {
  const begun = new Set<ClientState>()
  const messages = writes.map((write, index) => {
    const { clientId, eventId } = write.record
    const state = states.get(clientId)
    if (state === undefined) throw new Error('the state of each client is read')
    const message = messageOf(subjects.client(state.token), write, {
      last: write.revision,
      part: `${index + 1}/${writes.length}`,
      messageId: uses.get(eventId)?.messageId ?? messageIdOf(eventId),
    })
    if (begun.has(state)) return message
    begun.add(state)
    return { ...message, headers: { ...message.headers, [EXPECTED_LAST]: state.lastSeq } }
  })
  const [only] = messages
  return only !== undefined && messages.length === 1
    ? connection.publish(only)
    : connection.publishBatch(messages)
}

/** True if the decision about an append rests on what was read, and not on a write that proves it. */
const isUnproved = (decision: AppendDecision): boolean =>
  E.isLeft(decision) || decision.right.writes.length === 0

/** Decides and writes appends. It reads again and decides again until nothing was written in between. */
export const createAppender = (log: Log): StoreEngine['write'] => {
  const cache = new ClientStates()

  const statesOf = async (
    records: ReadonlyMap<string, ReadonlyArray<EventRecord>>,
    isFresh: boolean,
    search: Search,
  ): Promise<States> => {
    const states = new Map<string, ClientState>()
    await Promise.all(
      Array.from(records, async ([clientId, own]) => {
        const needsTexts = search !== 'none' || own.some(isOld)
        const cached = isFresh ? undefined : cache.get(clientId)
        const isEnough = cached !== undefined && (!needsTexts || cached.texts !== null)
        const state = isEnough ? cached : await readClientState(log, clientId, needsTexts)
        states.set(clientId, state)
      }),
    )
    const needs = Array.from(states, ([clientId, state]) => ({
      state,
      records: records.get(clientId) ?? [],
    }))
    await writeLinks(log, needs)
    await Promise.all(needs.map((need) => readMoments(log, need.state, need.records)))
    return states
  }

  const noteWritten = (
    states: States,
    writes: ReadonlyArray<EventWrite>,
    lastSeq: number,
  ): ReadonlyArray<number> =>
    writes.map(({ record, revision }, index) => {
      const seq = lastSeq - (writes.length - 1) + index
      const state = states.get(record.clientId)
      if (state !== undefined) {
        state.lastSeq = seq
        state.revision = revision
        state.texts?.set(record.eventId, record.text)
        cache.set(record.clientId, state)
      }
      return seq
    })

  const writeGroup = async (
    appends: ReadonlyArray<Append>,
  ): Promise<ReadonlyArray<AppendAnswer>> => {
    const records = byClient(appends)
    const all = [...records.values()].flat()
    const deadline = performance.now() + DEADLINE_MILLISECONDS
    let isFresh = false
    let search: Search = 'none'
    for (let tries = 0; ; tries++) {
      const states = await statesOf(records, isFresh, search)
      const ids = await readIdFacts(log, states, all, search)
      const decisions = decideAppends(appends, factsOf(states, ids))
      const writes = writesOf(decisions)
      if (decisions.some(isUnproved) && !(isFresh && search !== 'none')) {
        isFresh = true
        if (search === 'none') search = 'own'
        continue
      }
      if (writes.length === 0) return answersOf(decisions, [])
      const answer = await publishEvents(log, states, writes, ids.uses)
      if (answer.code === undefined && !answer.isDuplicate) {
        const places = noteWritten(states, writes, answer.seq)
        return answersOf(decisions, places.map(log.life.positionOf))
      }
      for (const clientId of records.keys()) cache.delete(clientId)
      isFresh = true
      const isConflict = answer.code !== undefined && CONFLICTS.has(answer.code)
      if (!isConflict) search = search === 'none' ? 'own' : 'all'
      if (performance.now() > deadline) {
        throw new StoreUnavailable(
          'busy',
          'other processes wrote to the same clients again and again',
        )
      }
      if (tries > 0) await delay(Math.random() * Math.min(2 ** tries, LONGEST_PAUSE_MILLISECONDS))
    }
  }

  return async (appends) => {
    const answers: AppendAnswer[] = []
    let group: Append[] = []
    let size = 0
    for (const append of appends) {
      if (size + append.records.length > MOST_EVENTS) {
        answers.push(...(await writeGroup(group)))
        group = []
        size = 0
      }
      group.push(append)
      size += append.records.length
    }
    return group.length === 0 ? answers : [...answers, ...(await writeGroup(group))]
  }
}
