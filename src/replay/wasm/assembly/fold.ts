/**
 * The fold: for every session of every client the greatest version of it. Events are folded by the batch.
 * What costs most is waiting for memory, since sessions come in no order; so the places that a batch needs
 * are touched in rounds, in which no touch waits for another and the processor fetches many at once.
 */
import { freeSlot, slotSize, takeSlot } from './arena'
import { areSame } from './bytes'
import { listClient } from './client-list'
import * as Event from './event'
import { clientHash, sessionHash, tagOf } from './hash'
import * as Known from './records'
import { isGreater, REMOVED } from './versions'
import { textLength, writeText } from './session-text'
import * as Table from './table'

let clients: usize = 0
let sessions: usize = 0

/** Begins what this instance knows. */
export function beginTables(): void {
  clients = Table.newTable()
  sessions = Table.newTable()
}

/** A bound on the time of an event; NaN would let nothing pass, infinity everything. */
let asOf: f64 = Infinity
let knownAt: f64 = Infinity
/** The only client that is folded, if its id is not 0. */
let onlyClient: usize = 0
let onlyClientLength: usize = 0

/** Sets what takes part: `Horizon` of `src/domain/horizon.ts`, and the id of the only client. */
export function setHorizon(asOfBound: f64, knownAtBound: f64, id: usize, length: usize): void {
  asOf = asOfBound
  knownAt = knownAtBound
  onlyClient = id
  onlyClientLength = length
}

/** True if an event takes part that is known since then. */
export function takesPart(event: usize, knownSince: i64): bool {
  if (!(<f64>knownSince <= knownAt) || !(<f64>load<i64>(event, Event.UPDATED) <= asOf)) return false
  if (onlyClient == 0) return true
  const length: usize = load<u32>(event, Event.OWNER_LENGTH)
  return length == onlyClientLength && areSame(onlyClient, load<u32>(event, Event.OWNER), length)
}

/** What the rounds of touching read goes here, so that no compiler leaves them out. */
export let touched: u32 = 0

/** First round: hashes, and the slots in which to search. */
function touchSlots(count: u32): void {
  for (let index: u32 = 0; index < count; index += 1) {
    const event = Event.eventAt(index)
    const ofClient = clientHash(load<u32>(event, Event.OWNER), load<u32>(event, Event.OWNER_LENGTH))
    const ofSession = sessionHash(
      load<u32>(event, Event.SESSION_ID),
      load<u32>(event, Event.SESSION_ID_LENGTH),
      ofClient,
    )
    store<u32>(event, tagOf(ofClient), Event.CLIENT_TAG)
    store<u32>(event, tagOf(ofSession), Event.TAG)
    touched += Table.slotTag(Table.firstSlot(sessions, tagOf(ofSession)))
  }
}

/** The record in the slot where a search would begin, whether or not it is the right one; or 0. */
function likelySession(event: usize): usize {
  return Table.slotRecord(Table.firstSlot(sessions, load<u32>(event, Event.TAG)))
}

/** Second round: the sessions that are likely known, or the clients of those that are not. */
function touchRecords(count: u32): void {
  for (let index: u32 = 0; index < count; index += 1) {
    const event = Event.eventAt(index)
    const session = likelySession(event)
    if (session != 0) touched += load<u32>(session, Known.STATUS) + load<u32>(session, Known.TAG)
    else touched += Table.slotTag(Table.firstSlot(clients, load<u32>(event, Event.CLIENT_TAG)))
  }
}

/** Third round: where those lead. */
function touchClients(count: u32): void {
  for (let index: u32 = 0; index < count; index += 1) {
    const event = Event.eventAt(index)
    const session = likelySession(event)
    if (session == 0) {
      const slot = Table.firstSlot(clients, load<u32>(event, Event.CLIENT_TAG))
      touched += load<u32>(Table.slotRecord(slot))
      continue
    }
    const client: usize = load<u32>(session, Known.CLIENT)
    const text: usize = load<u32>(session, Known.TEXT)
    touched += load<u32>(client) + load<u32>(text) + load<u32>(text, 64)
  }
}

function findClient(event: usize): usize {
  const tag = load<u32>(event, Event.CLIENT_TAG)
  const id: usize = load<u32>(event, Event.OWNER)
  const length: usize = load<u32>(event, Event.OWNER_LENGTH)
  let slot = Table.firstSlot(clients, tag)
  while (Table.slotRecord(slot) != 0) {
    const client = Table.slotRecord(slot)
    if (Table.slotTag(slot) == tag && Known.isClient(client, id, length)) return client
    slot = Table.nextSlot(clients, slot)
  }
  const client = Known.newClient(id, length)
  Table.insert(clients, tag, client)
  listClient(client)
  return client
}

function findSession(event: usize): usize {
  const tag = load<u32>(event, Event.TAG)
  let slot = Table.firstSlot(sessions, tag)
  while (Table.slotRecord(slot) != 0) {
    const session = Table.slotRecord(slot)
    if (Table.slotTag(slot) == tag && Known.isSession(session, event)) return session
    slot = Table.nextSlot(sessions, slot)
  }
  const session = Known.newSession(event, findClient(event))
  Table.insert(sessions, tag, session)
  return session
}

function widen(session: usize, event: usize): void {
  const created = load<i64>(event, Event.CREATED)
  const updated = load<i64>(event, Event.UPDATED)
  if (created < load<i64>(session, Known.LEAST_CREATED)) {
    store<i64>(session, created, Known.LEAST_CREATED)
  }
  if (updated > load<i64>(session, Known.GREATEST_UPDATED)) {
    store<i64>(session, updated, Known.GREATEST_UPDATED)
  }
}

/** Gives the session a slot for a text of that length; the one it has, if that is of the size. */
function fitSlot(session: usize, size: usize): usize {
  const slot: usize = load<u32>(session, Known.TEXT)
  const present: usize = load<u32>(session, Known.SLOT_SIZE)
  if (size == present) return slot
  if (present != 0) freeSlot(slot, present)
  store<u32>(session, <u32>size, Known.SLOT_SIZE)
  const fitting = size == 0 ? 0 : takeSlot(size)
  store<u32>(session, <u32>fitting, Known.TEXT)
  return fitting
}

function putText(session: usize, event: usize): void {
  const length = textLength(event)
  const slot = fitSlot(session, slotSize(length))
  store<u32>(session, <u32>length, Known.TEXT_LENGTH)
  store<u32>(session, <u32>writeText(slot, event), Known.STATUS_PLACE)
}

function put(session: usize, event: usize): void {
  const status = load<u32>(event, Event.STATUS_NUMBER)
  store<u32>(session, status, Known.STATUS)
  // Both keep their six times in one order.
  for (let place: usize = 0; place < 48; place += 16) {
    v128.store(session + Known.SAID + place, v128.load(event + Event.SAID + place))
  }
  if (status != REMOVED) putText(session, event)
  else {
    fitSlot(session, 0)
    store<u32>(session, 0, Known.TEXT_LENGTH)
  }
}

/** Folds the events of the batch: so many. */
export function foldBatch(count: u32): void {
  touchSlots(count)
  touchRecords(count)
  touchClients(count)
  for (let index: u32 = 0; index < count; index += 1) {
    const event = Event.eventAt(index)
    const known = Table.countOf(sessions)
    const session = findSession(event)
    const isNew = Table.countOf(sessions) != known
    widen(session, event)
    if (isNew || isGreater(event, session)) put(session, event)
  }
}
