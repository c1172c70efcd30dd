/** Reads and folds a block of the log: whole lines, each with its line feed. */
import {
  EVENT_SAID_AT,
  UNSURE_LINE_ADDRESS,
  UNSURE_LINE_BYTES,
  UNSURE_LINE_NUMBER,
  VECTOR_BYTES,
} from '../layout'
import { isSpace, LINE_FEED } from './ascii'
import { BATCH_EVENTS, eventAt } from './event'
import { foldBatch, takesPart } from './fold'
import { afterEvent, knownSince, saidAt } from './read-event'

/** Counts of the last block. A line is unsure if the engine leaves it to the plain path (see `read-event.ts`). */
export let lineCount: u32 = 0
export let eventCount: u32 = 0
export let unsureCount: u32 = 0

/** The line feed that ends the line. */
function lineEnd(at: usize): usize {
  while (true) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(LINE_FEED)))
    if (found != 0) return at + <usize>ctz(found)
    at += VECTOR_BYTES
  }
}

function isBlank(at: usize, end: usize): bool {
  for (; at < end; at += 1) {
    if (!isSpace(load<u8>(at))) return false
  }
  return true
}

function listUnsure(list: usize, at: usize): void {
  const entry = list + <usize>unsureCount * UNSURE_LINE_BYTES
  store<u32>(entry, <u32>at, UNSURE_LINE_ADDRESS)
  store<u32>(entry, lineCount, UNSURE_LINE_NUMBER)
  unsureCount += 1
}

/** Takes an event into the batch if it takes part. Returns how many events the batch has then. */
function addToBatch(event: usize, inBatch: u32): u32 {
  eventCount += 1
  if (!takesPart(event, knownSince(event))) return inBatch
  store<i64>(event, saidAt(event), EVENT_SAID_AT)
  if (inBatch + 1 < BATCH_EVENTS) return inBatch + 1
  foldBatch(BATCH_EVENTS)
  return 0
}

/**
 * Reads and folds the lines between two addresses.
 *
 * @param list - where unsure lines are listed
 * @param maxLineBytes - longer lines are unsure: the plain path refuses them
 */
export function foldBlock(at: usize, end: usize, list: usize, maxLineBytes: f64): void {
  assert(at < end && load<u8>(end - 1) == LINE_FEED)
  lineCount = 0
  eventCount = 0
  unsureCount = 0
  let inBatch: u32 = 0
  while (at < end) {
    const event = eventAt(inBatch)
    const sureEnd = afterEvent(at, event)
    const next = sureEnd == 0 ? lineEnd(at) : sureEnd
    assert(next < end && load<u8>(next) == LINE_FEED)
    const isTooLong = <f64>(next - at) > maxLineBytes
    if (sureEnd != 0 && !isTooLong) inBatch = addToBatch(event, inBatch)
    else if (isTooLong || !isBlank(at, next)) listUnsure(list, at)
    lineCount += 1
    at = next + 1
  }
  foldBatch(inBatch)
}
