/** Which of two versions of a session counts: `compareVersions` of `src/domain/session-version.ts`. */
import { compareTexts } from './bytes'
import * as Event from './event'
import * as Known from './records'
import { textLength, textOf } from './session-text'

/** `removed`, the severest status. */
export const REMOVED: u32 = 7

/** Live (active, pending), over, removed: `src/domain/status.ts`. */
export function stageOf(status: u32): u32 {
  return status < 2 ? 0 : status < REMOVED ? 1 : 2
}

function order(left: i64, right: i64): i32 {
  return left < right ? -1 : left > right ? 1 : 0
}

/** All but the text: below, at or above 0. */
function compareTold(status: u32, updated: i64, said: i64, session: usize): i32 {
  const known = load<u32>(session, Known.STATUS)
  const byStage = <i32>stageOf(status) - <i32>stageOf(known)
  if (byStage != 0) return byStage
  const byUpdate = order(updated, load<i64>(session, Known.UPDATED))
  if (byUpdate != 0) return byUpdate
  const bySaying = order(said, load<i64>(session, Known.SAID))
  return bySaying != 0 ? bySaying : <i32>status - <i32>known
}

/** True if what the event says of the session counts more than what is known. */
export function isGreater(event: usize, session: usize): bool {
  const status = load<u32>(event, Event.STATUS_NUMBER)
  const updated = load<i64>(event, Event.UPDATED)
  const told = compareTold(status, updated, load<i64>(event, Event.SAID), session)
  // Which of two removals counts shows nowhere: neither is written.
  if (told != 0 || status == REMOVED) return told > 0
  return (
    compareTexts(
      textOf(event),
      textLength(event),
      load<u32>(session, Known.TEXT),
      load<u32>(session, Known.TEXT_LENGTH),
    ) > 0
  )
}

/** True if of two records of one session, of two threads, the first counts more. */
export function isGreaterRecord(left: usize, right: usize): bool {
  const status = load<u32>(left, Known.STATUS)
  const updated = load<i64>(left, Known.UPDATED)
  const told = compareTold(status, updated, load<i64>(left, Known.SAID), right)
  if (told != 0 || status == REMOVED) return told > 0
  return (
    compareTexts(
      load<u32>(left, Known.TEXT),
      load<u32>(left, Known.TEXT_LENGTH),
      load<u32>(right, Known.TEXT),
      load<u32>(right, Known.TEXT_LENGTH),
    ) > 0
  )
}
