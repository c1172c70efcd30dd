/** The sessions of one client, from one or several threads, as they are to be listed. */
import { compareTexts } from './bytes'
import { takeRegion } from './memory'
import * as Known from './records'
import { isGreaterRecord, REMOVED } from './versions'

const REVOKED: u32 = 6
const EXPIRED: u32 = 3
const ABANDONED: u32 = 5
/** Up to here the simplest way of sorting is the fastest. */
const FEW: u32 = 12

/** The clock by which statuses are read, in epoch milliseconds; NaN for none. */
let clock: f64 = NaN
let dropsRevoked: bool = false

/** Sets how sessions are read: `ProjectionOptions` of `src/projections/client.ts`. */
export function setProjection(at: f64, isRevokedDropped: bool): void {
  clock = at
  dropsRevoked = isRevokedDropped
}

/** The status that a session reads by the clock: `statusAt` of `src/projections/session.ts`. */
export function statusOf(session: usize): u32 {
  const status = load<u32>(session, Known.STATUS)
  if (status > 1) return status
  if (<f64>load<i64>(session, Known.EXPIRE) <= clock) return EXPIRED
  return <f64>load<i64>(session, Known.ABANDON) <= clock ? ABANDONED : status
}

/** The sessions of the client, u32 each, with as much room again to sort them. */
let list: usize = 0
let room: u32 = 0
/** How many there are. */
export let count: u32 = 0
/** The least `created_at` and the greatest `updated_at` ever said of any. */
export let leastCreated: i64 = 0
export let greatestUpdated: i64 = 0

export function sessionAt(index: u32): usize {
  return load<u32>(list + ((<usize>index) << 2))
}

function setSession(index: u32, session: usize): void {
  store<u32>(list + ((<usize>index) << 2), <u32>session)
}

/** Begins the list of another client. */
export function beginList(): void {
  count = 0
  leastCreated = i64.MAX_VALUE
  greatestUpdated = i64.MIN_VALUE
}

function makeRoom(): void {
  const larger = max(room << 1, 1024)
  const moved = takeRegion((<usize>larger) << 3)
  memory.copy(moved, list, (<usize>count) << 2)
  list = moved
  room = larger
}

/** Adds the sessions of a record of the client. */
export function addSessions(client: usize): void {
  let session: usize = load<u32>(client, Known.FIRST_SESSION)
  for (; session != 0; session = load<u32>(session, Known.NEXT)) {
    if (count == room) makeRoom()
    setSession(count, session)
    count += 1
    leastCreated = min(leastCreated, load<i64>(session, Known.LEAST_CREATED))
    greatestUpdated = max(greatestUpdated, load<i64>(session, Known.GREATEST_UPDATED))
  }
}

function compareIds(left: usize, right: usize): i32 {
  return compareTexts(
    left + Known.ID_TEXT,
    load<u32>(left, Known.ID_LENGTH),
    right + Known.ID_TEXT,
    load<u32>(right, Known.ID_LENGTH),
  )
}

function isBefore(left: usize, right: usize, byTag: bool): bool {
  if (byTag && load<u32>(left, Known.TAG) != load<u32>(right, Known.TAG)) {
    return load<u32>(left, Known.TAG) < load<u32>(right, Known.TAG)
  }
  if (!byTag && load<i64>(left, Known.CREATED) != load<i64>(right, Known.CREATED)) {
    return load<i64>(left, Known.CREATED) < load<i64>(right, Known.CREATED)
  }
  return compareIds(left, right) < 0
}

function sortFew(byTag: bool): void {
  for (let index: u32 = 1; index < count; index += 1) {
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
    setSession(room + place, sessionAt(takesRight ? right : left))
    if (takesRight) right += 1
    else left += 1
  }
}

function sortMany(byTag: bool): void {
  for (let run: u32 = 1; run < count; run <<= 1) {
    for (let start: u32 = 0; start < count; start += run << 1) {
      const middle = min(start + run, count)
      mergeRuns(start, middle, min(middle + run, count), byTag)
    }
    memory.copy(list, list + ((<usize>room) << 2), (<usize>count) << 2)
  }
}

function sort(byTag: bool): void {
  if (count <= FEW) sortFew(byTag)
  else sortMany(byTag)
}

/** Of two records of one session, which several threads have, keeps the greater. */
export function joinEqual(): void {
  sort(true)
  let kept: u32 = 0
  for (let index: u32 = 0; index < count; index += 1) {
    const session = sessionAt(index)
    const isSame = kept > 0 && compareIds(sessionAt(kept - 1), session) == 0
    if (!isSame) kept += 1
    if (!isSame || isGreaterRecord(session, sessionAt(kept - 1))) setSession(kept - 1, session)
  }
  count = kept
}

function isListed(session: usize): bool {
  const status = statusOf(session)
  return status != REMOVED && !(status == REVOKED && dropsRevoked)
}

/** Leaves those that are listed, by creation and id. */
export function listSessions(): void {
  let kept: u32 = 0
  for (let index: u32 = 0; index < count; index += 1) {
    const session = sessionAt(index)
    if (!isListed(session)) continue
    setSession(kept, session)
    kept += 1
  }
  count = kept
  sort(false)
}

/** The session that was active last, of those listed that are live; 0 if none is. */
export function lastActive(): usize {
  let best: usize = 0
  for (let index: u32 = 0; index < count; index += 1) {
    const session = sessionAt(index)
    if (statusOf(session) > 1) continue
    const isLater =
      best == 0 || load<i64>(session, Known.LAST_ACTIVE) >= load<i64>(best, Known.LAST_ACTIVE)
    if (isLater) best = session
  }
  return best
}
