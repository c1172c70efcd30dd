/** A block of the log: whole lines, each with its line feed. */
import * as Event from './event'
import { foldBatch, takesPart } from './fold'
import { afterEvent, knownSince, saidAt } from './read-event'

/** What the last block held. */
export let lines: u32 = 0
export let events: u32 = 0
export let unsure: u32 = 0

/** The line feed that ends the line. */
function lineEnd(at: usize): usize {
  while (true) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0x0a)))
    if (found != 0) return at + <usize>ctz(found)
    at += 16
  }
}

function isBlank(at: usize, end: usize): bool {
  for (; at < end; at += 1) {
    const byte = <u32>load<u8>(at)
    if (byte != 0x20 && byte != 0x09 && byte != 0x0d) return false
  }
  return true
}

/** Lists a line that the plain path has to read: u32 where it begins, u32 its number in the block, from 0. */
function listUnsure(list: usize, at: usize): void {
  const entry = list + ((<usize>unsure) << 3)
  store<u32>(entry, <u32>at)
  store<u32>(entry, lines, 4)
  unsure += 1
}

/** Takes an event into the batch if it takes part. Returns how many are in it then. */
function take(event: usize, inBatch: u32): u32 {
  events += 1
  if (!takesPart(event, knownSince(event))) return inBatch
  store<i64>(event, saidAt(event), Event.SAID)
  if (inBatch + 1 < Event.BATCH) return inBatch + 1
  foldBatch(Event.BATCH)
  return 0
}

/**
 * Reads and folds the lines between two places. Of what is not sure it makes a list, with room for a line
 * of two bytes after the other.
 *
 * @param most - longer lines are not sure: they are to be refused
 */
export function foldBlock(at: usize, end: usize, list: usize, most: f64): void {
  lines = 0
  events = 0
  unsure = 0
  let inBatch: u32 = 0
  while (at < end) {
    const event = Event.eventAt(inBatch)
    const sureEnd = afterEvent(at, event)
    const next = sureEnd == 0 ? lineEnd(at) : sureEnd
    const isTooLong = <f64>(next - at) > most
    if (sureEnd != 0 && !isTooLong) inBatch = take(event, inBatch)
    else if (isTooLong || !isBlank(at, next)) listUnsure(list, at)
    lines += 1
    at = next + 1
  }
  foldBatch(inBatch)
}
