/**
 * Folds events: keeps, for each session of each client, the greatest version of it.
 *
 * Sessions come in no order, so most of the time is spent waiting for memory. Therefore a batch of events
 * is folded together: first, in rounds, the places that it needs are read. Within a round no read depends
 * on another, so the processor fetches many at once.
 */
import * as Layout from '../layout'
import { STATUS_REMOVED } from '../keyword-numbers'
import { freeSlot, slotSize, takeSlot } from './arena'
import { areSame } from './bytes'
import { listClient } from './client-list'
import { eventAt } from './event'
import { clientHash, sessionHash, tagOf } from './hash'
import * as Record from './records'
import { textLength, writeText } from './session-text'
import * as Table from './table'
import { isGreater } from './versions'

let clients: usize = 0
let sessions: usize = 0

/** Begins the tables of this instance. */
export function beginTables(): void {
  clients = Table.newTable()
  sessions = Table.newTable()
}

/** Epoch milliseconds; infinite if every event takes part. */
let asOf: f64 = Infinity
let knownAt: f64 = Infinity
/** The id of the only client that is folded; 0 for all. */
let onlyClient: usize = 0
let onlyClientLength: usize = 0

/** Sets which events take part: `Moments` of `src/domain/fold.ts`, and the id of the only client. */
export function setHorizon(asOfBound: f64, knownAtBound: f64, id: usize, length: usize): void {
  asOf = asOfBound
  knownAt = knownAtBound
  onlyClient = id
  onlyClientLength = length
}

/** True if an event takes part. */
export function takesPart(event: usize, knownSince: i64): bool {
  if (!(<f64>knownSince <= knownAt)) return false
  if (!(<f64>load<i64>(event, Layout.EVENT_UPDATED_AT) <= asOf)) return false
  if (onlyClient == 0) return true
  const length: usize = load<u32>(event, Layout.EVENT_CLIENT_ID_LENGTH)
  return (
    length == onlyClientLength &&
    areSame(onlyClient, load<u32>(event, Layout.EVENT_CLIENT_ID), length)
  )
}

/** The sum of what the rounds read. It is exported so that the compiler does not leave the reads out. */
export let touched: u32 = 0

/** First round: the hashes, and the slots in which the search begins. */
function touchSlots(count: u32): void {
  for (let index: u32 = 0; index < count; index += 1) {
    const event = eventAt(index)
    const ofClient = clientHash(
      load<u32>(event, Layout.EVENT_CLIENT_ID),
      load<u32>(event, Layout.EVENT_CLIENT_ID_LENGTH),
    )
    const ofSession = sessionHash(
      load<u32>(event, Layout.EVENT_SESSION_ID),
      load<u32>(event, Layout.EVENT_SESSION_ID_LENGTH),
      ofClient,
    )
    store<u32>(event, tagOf(ofClient), Layout.EVENT_CLIENT_TAG)
    store<u32>(event, tagOf(ofSession), Layout.EVENT_SESSION_TAG)
    touched += Table.slotTag(Table.firstSlot(sessions, tagOf(ofSession)))
  }
}

/** The record in the slot in which the search begins, or 0. It is most likely that of the session. */
function likelySession(event: usize): usize {
  return Table.slotRecord(Table.firstSlot(sessions, load<u32>(event, Layout.EVENT_SESSION_TAG)))
}

/** Second round: those records, or the slots of the clients of new sessions. */
function touchRecords(count: u32): void {
  for (let index: u32 = 0; index < count; index += 1) {
    const event = eventAt(index)
    const session = likelySession(event)
    if (session != 0) {
      // Both ends of the record, which may lie in two lines of the cache.
      touched += load<u32>(session, Layout.SESSION_STATUS) + load<u32>(session, Layout.SESSION_TAG)
    } else {
      touched += Table.slotTag(Table.firstSlot(clients, load<u32>(event, Layout.EVENT_CLIENT_TAG)))
    }
  }
}

const CACHE_LINE_BYTES: usize = 64

/** Third round: clients and texts. */
function touchClients(count: u32): void {
  for (let index: u32 = 0; index < count; index += 1) {
    const event = eventAt(index)
    const session = likelySession(event)
    if (session == 0) {
      const slot = Table.firstSlot(clients, load<u32>(event, Layout.EVENT_CLIENT_TAG))
      touched += load<u32>(Table.slotRecord(slot))
      continue
    }
    const client: usize = load<u32>(session, Layout.SESSION_CLIENT)
    const text: usize = load<u32>(session, Layout.SESSION_TEXT)
    touched += load<u32>(client) + load<u32>(text) + load<u32>(text, CACHE_LINE_BYTES)
  }
}

/** The client of an event. A new client is added. */
function findClient(event: usize): usize {
  const tag = load<u32>(event, Layout.EVENT_CLIENT_TAG)
  const id: usize = load<u32>(event, Layout.EVENT_CLIENT_ID)
  const length: usize = load<u32>(event, Layout.EVENT_CLIENT_ID_LENGTH)
  let slot = Table.firstSlot(clients, tag)
  while (Table.slotRecord(slot) != 0) {
    const client = Table.slotRecord(slot)
    if (Table.slotTag(slot) == tag && Record.isClient(client, id, length)) return client
    slot = Table.nextSlot(clients, slot)
  }
  const client = Record.newClient(id, length)
  Table.insert(clients, tag, client)
  listClient(client)
  return client
}

/** The session of an event. A new session is added, without a version. */
function findSession(event: usize): usize {
  const tag = load<u32>(event, Layout.EVENT_SESSION_TAG)
  let slot = Table.firstSlot(sessions, tag)
  while (Table.slotRecord(slot) != 0) {
    const session = Table.slotRecord(slot)
    if (Table.slotTag(slot) == tag && Record.isSession(session, event)) return session
    slot = Table.nextSlot(sessions, slot)
  }
  const session = Record.newSession(event, findClient(event))
  Table.insert(sessions, tag, session)
  return session
}

/** Joins the bounds of `created_at` and `updated_at`, which every version moves. */
function joinBounds(session: usize, event: usize): void {
  const created = load<i64>(event, Layout.EVENT_CREATED_AT)
  const updated = load<i64>(event, Layout.EVENT_UPDATED_AT)
  if (created < load<i64>(session, Layout.SESSION_LEAST_CREATED_AT)) {
    store<i64>(session, created, Layout.SESSION_LEAST_CREATED_AT)
  }
  if (updated > load<i64>(session, Layout.SESSION_GREATEST_UPDATED_AT)) {
    store<i64>(session, updated, Layout.SESSION_GREATEST_UPDATED_AT)
  }
}

/** The slot of a session, changed for another if it has another size; none for size 0. */
function fitSlot(session: usize, size: usize): usize {
  const slot: usize = load<u32>(session, Layout.SESSION_TEXT)
  const present: usize = load<u32>(session, Layout.SESSION_SLOT_BYTES)
  if (size == present) return slot
  if (present != 0) freeSlot(slot, present)
  store<u32>(session, <u32>size, Layout.SESSION_SLOT_BYTES)
  const fitting: usize = size == 0 ? 0 : takeSlot(size)
  store<u32>(session, <u32>fitting, Layout.SESSION_TEXT)
  return fitting
}

function putText(session: usize, event: usize): void {
  const length = textLength(event)
  const slot = fitSlot(session, slotSize(length))
  store<u32>(session, <u32>length, Layout.SESSION_TEXT_LENGTH)
  store<u32>(session, <u32>writeText(slot, event), Layout.SESSION_STATUS_PLACE)
}

/** Makes the event the greatest version of the session. */
function putVersion(session: usize, event: usize): void {
  const status = load<u32>(event, Layout.EVENT_STATUS)
  store<u32>(session, status, Layout.SESSION_STATUS)
  for (let place: usize = 0; place < <usize>Layout.TIMES_BYTES; place += Layout.VECTOR_BYTES) {
    v128.store(
      session + Layout.SESSION_SAID_AT + place,
      v128.load(event + Layout.EVENT_SAID_AT + place),
    )
  }
  if (status != STATUS_REMOVED) putText(session, event)
  else {
    fitSlot(session, 0)
    store<u32>(session, 0, Layout.SESSION_TEXT_LENGTH)
  }
}

/** Folds the first events of the batch. */
export function foldBatch(count: u32): void {
  touchSlots(count)
  touchRecords(count)
  touchClients(count)
  for (let index: u32 = 0; index < count; index += 1) {
    const event = eventAt(index)
    const before = Table.countOf(sessions)
    const session = findSession(event)
    const isNew = Table.countOf(sessions) != before
    joinBounds(session, event)
    if (isNew || isGreater(event, session)) putVersion(session, event)
  }
}
