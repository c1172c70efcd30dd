/** Decides which of two versions of a session is greater: `compareVersions` of `src/domain/session-version.ts`. */
import { STATUS_PENDING, STATUS_REMOVED } from '../keyword-numbers'
import {
  EVENT_SAID_AT,
  EVENT_STATUS,
  EVENT_UPDATED_AT,
  SESSION_SAID_AT,
  SESSION_STATUS,
  SESSION_TEXT,
  SESSION_TEXT_LENGTH,
  SESSION_UPDATED_AT,
} from '../layout'
import { compareTexts } from './bytes'
import { textLength, textOf } from './session-text'

/** Active or pending: `isLive` of `src/domain/status.ts`. */
export function isLive(status: u32): bool {
  return status <= <u32>STATUS_PENDING
}

/** Live, over, removed: `stageRank` of `src/domain/status.ts`. */
function stageRank(status: u32): i32 {
  return isLive(status) ? 0 : status < <u32>STATUS_REMOVED ? 1 : 2
}

function compareTimes(left: i64, right: i64): i32 {
  return left < right ? -1 : left > right ? 1 : 0
}

/** Compares all but the texts: negative, 0 or positive. */
function compareFacts(status: u32, updatedAt: i64, saidAt: i64, session: usize): i32 {
  const other = load<u32>(session, SESSION_STATUS)
  const byStage = stageRank(status) - stageRank(other)
  if (byStage != 0) return byStage
  const byUpdate = compareTimes(updatedAt, load<i64>(session, SESSION_UPDATED_AT))
  if (byUpdate != 0) return byUpdate
  const bySaidAt = compareTimes(saidAt, load<i64>(session, SESSION_SAID_AT))
  return bySaidAt != 0 ? bySaidAt : <i32>status - <i32>other
}

/** True if the version in the event is greater than the one in the record. */
export function isGreater(event: usize, session: usize): bool {
  const status = load<u32>(event, EVENT_STATUS)
  const updatedAt = load<i64>(event, EVENT_UPDATED_AT)
  const byFacts = compareFacts(status, updatedAt, load<i64>(event, EVENT_SAID_AT), session)
  // A removed session is never written, so the texts of two removals need no comparison.
  if (byFacts != 0 || status == STATUS_REMOVED) return byFacts > 0
  return (
    compareTexts(
      textOf(event),
      textLength(event),
      load<u32>(session, SESSION_TEXT),
      load<u32>(session, SESSION_TEXT_LENGTH),
    ) > 0
  )
}

/** True if the version in the first of two records of one session, of two threads, is greater. */
export function isGreaterRecord(left: usize, right: usize): bool {
  const status = load<u32>(left, SESSION_STATUS)
  const updatedAt = load<i64>(left, SESSION_UPDATED_AT)
  const byFacts = compareFacts(status, updatedAt, load<i64>(left, SESSION_SAID_AT), right)
  if (byFacts != 0 || status == STATUS_REMOVED) return byFacts > 0
  return (
    compareTexts(
      load<u32>(left, SESSION_TEXT),
      load<u32>(left, SESSION_TEXT_LENGTH),
      load<u32>(right, SESSION_TEXT),
      load<u32>(right, SESSION_TEXT_LENGTH),
    ) > 0
  )
}
