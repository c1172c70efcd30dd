/** Lists the sessions of one client, from the records of one or several threads, as the Client has them. */
import * as Layout from '../layout'
import {
  STATUS_ABANDONED,
  STATUS_EXPIRED,
  STATUS_REMOVED,
  STATUS_REVOKED,
} from '../keyword-numbers'
import { compareTexts } from './bytes'
import { takeRegion } from './memory'
import { isGreaterRecord, isLive } from './versions'

/** So many sessions are sorted by insertion, which is fastest for few. */
const FEW_SESSIONS: u32 = 12
const FIRST_CAPACITY: u32 = 1024

/** The clock for statuses, in epoch milliseconds; NaN for none. */
let clock: f64 = NaN
let dropsRevoked: bool = false

/** Sets how sessions are read: `ProjectionOptions` of `src/projections/client.ts`. */
export function setProjection(at: f64, isRevokedDropped: bool): void {
  clock = at
  dropsRevoked = isRevokedDropped
}

/** The status that a session has by the clock: `statusAt` of `src/projections/session.ts`. */
export function statusOf(session: usize): u32 {
  const status = load<u32>(session, Layout.SESSION_STATUS)
  if (!isLive(status)) return status
  if (<f64>load<i64>(session, Layout.SESSION_EXPIRE_AT) <= clock) return STATUS_EXPIRED
  return <f64>load<i64>(session, Layout.SESSION_ABANDON_AT) <= clock ? STATUS_ABANDONED : status
}

/** The sessions of the client, u32 each; behind them as much memory again, to sort them. */
let list: usize = 0
let capacity: u32 = 0
/** How many sessions are listed. */
export let sessionCount: u32 = 0
/** The least `created_at` and the greatest `updated_at` of all versions of all sessions of the client. */
export let leastCreatedAt: i64 = 0
export let greatestUpdatedAt: i64 = 0

export function sessionAt(index: u32): usize {
  return load<u32>(list + <usize>index * Layout.POINTER_BYTES)
}

function setSession(index: u32, session: usize): void {
  store<u32>(list + <usize>index * Layout.POINTER_BYTES, <u32>session)
}

/** Begins the list of another client. */
export function beginList(): void {
  sessionCount = 0
  leastCreatedAt = i64.MAX_VALUE
  greatestUpdatedAt = i64.MIN_VALUE
}

function grow(): void {
  const larger = max(capacity << 1, FIRST_CAPACITY)
  const moved = takeRegion(2 * <usize>larger * Layout.POINTER_BYTES)
  memory.copy(moved, list, <usize>sessionCount * Layout.POINTER_BYTES)
  list = moved
  capacity = larger
}

/** Adds the sessions of a record of the client. */
export function addSessions(client: usize): void {
  let session: usize = load<u32>(client, Layout.CLIENT_FIRST_SESSION)
  for (; session != 0; session = load<u32>(session, Layout.SESSION_NEXT)) {
    assert(load<u32>(session, Layout.SESSION_CLIENT) == <u32>client)
    if (sessionCount == capacity) grow()
    setSession(sessionCount, session)
    sessionCount += 1
    leastCreatedAt = min(leastCreatedAt, load<i64>(session, Layout.SESSION_LEAST_CREATED_AT))
    greatestUpdatedAt = max(
      greatestUpdatedAt,
      load<i64>(session, Layout.SESSION_GREATEST_UPDATED_AT),
    )
  }
}

function compareIds(left: usize, right: usize): i32 {
  return compareTexts(
    left + Layout.SESSION_ID_TEXT,
    load<u32>(left, Layout.SESSION_ID_LENGTH),
    right + Layout.SESSION_ID_TEXT,
    load<u32>(right, Layout.SESSION_ID_LENGTH),
  )
}

/** By tag and id, so that records of one session are neighbours; or by `created_at` and id, as Clients list them. */
function isBefore(left: usize, right: usize, byTag: bool): bool {
  if (byTag) {
    const leftTag = load<u32>(left, Layout.SESSION_TAG)
    const rightTag = load<u32>(right, Layout.SESSION_TAG)
    if (leftTag != rightTag) return leftTag < rightTag
  } else {
    const leftCreated = load<i64>(left, Layout.SESSION_CREATED_AT)
    const rightCreated = load<i64>(right, Layout.SESSION_CREATED_AT)
    if (leftCreated != rightCreated) return leftCreated < rightCreated
  }
  return compareIds(left, right) < 0
}

function sortFew(byTag: bool): void {
  for (let index: u32 = 1; index < sessionCount; index += 1) {
    const session = sessionAt(index)
    let place = index
    while (place > 0 && isBefore(session, sessionAt(place - 1), byTag)) {
      setSession(place, sessionAt(place - 1))
      place -= 1
    }
    setSession(place, session)
  }
}

function mergeRuns(start: u32, middle: u32, end: u32, byTag: bool): void {
  let left = start
  let right = middle
  for (let place = start; place < end; place += 1) {
    const takesRight =
      left == middle || (right < end && isBefore(sessionAt(right), sessionAt(left), byTag))
    setSession(capacity + place, sessionAt(takesRight ? right : left))
    if (takesRight) right += 1
    else left += 1
  }
}

function sortMany(byTag: bool): void {
  for (let run: u32 = 1; run < sessionCount; run <<= 1) {
    for (let start: u32 = 0; start < sessionCount; start += run << 1) {
      const middle = min(start + run, sessionCount)
      mergeRuns(start, middle, min(middle + run, sessionCount), byTag)
    }
    const merged = list + <usize>capacity * Layout.POINTER_BYTES
    memory.copy(list, merged, <usize>sessionCount * Layout.POINTER_BYTES)
  }
}

function sort(byTag: bool): void {
  if (sessionCount <= FEW_SESSIONS) sortFew(byTag)
  else sortMany(byTag)
}

/** Where several threads have a record of one session, keeps the greatest. */
export function joinRecords(): void {
  sort(true)
  let kept: u32 = 0
  for (let index: u32 = 0; index < sessionCount; index += 1) {
    const session = sessionAt(index)
    const isSame = kept > 0 && compareIds(sessionAt(kept - 1), session) == 0
    if (!isSame) kept += 1
    if (!isSame || isGreaterRecord(session, sessionAt(kept - 1))) setSession(kept - 1, session)
  }
  sessionCount = kept
}

function isListed(session: usize): bool {
  const status = statusOf(session)
  return status != STATUS_REMOVED && !(status == STATUS_REVOKED && dropsRevoked)
}

/** Drops the sessions that the Client does not list, and sorts the others by `created_at` and id. */
export function listSessions(): void {
  let kept: u32 = 0
  for (let index: u32 = 0; index < sessionCount; index += 1) {
    const session = sessionAt(index)
    if (!isListed(session)) continue
    setSession(kept, session)
    kept += 1
  }
  sessionCount = kept
  sort(false)
}

/** The listed session that is live and was active last; 0 if no session is live. */
export function lastActive(): usize {
  let best: usize = 0
  for (let index: u32 = 0; index < sessionCount; index += 1) {
    const session = sessionAt(index)
    if (!isLive(statusOf(session))) continue
    const isLater =
      best == 0 ||
      load<i64>(session, Layout.SESSION_LAST_ACTIVE_AT) >=
        load<i64>(best, Layout.SESSION_LAST_ACTIVE_AT)
    if (isLater) best = session
  }
  return best
}
