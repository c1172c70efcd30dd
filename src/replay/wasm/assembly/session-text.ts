/** The canonical text of a session: documented keys in their order, values as given, no white space. */
import { copy, digitsOf, writeDecimal } from './bytes'
import * as Event from './event'
import { takeRegion } from './memory'
import * as Word from './keywords'

/** Around each key: a comma or brace, two quotes, a colon. */
const KEY_MARKS: usize = 4

function isInSeconds(event: usize, key: u32): bool {
  return ((load<u32>(event, Event.SECONDS) >> key) & 1) != 0
}

function milliseconds(event: usize, key: u32): u64 {
  return <u64>load<i64>(event + Event.timeOf(key))
}

function valueLength(event: usize, key: u32): usize {
  return isInSeconds(event, key)
    ? digitsOf(milliseconds(event, key))
    : Event.valueLengthOf(event, key)
}

/** How long the canonical text is. */
export function textLength(event: usize): usize {
  const asItStands: usize = load<u32>(event, Event.TEXT_LENGTH)
  if (asItStands != 0) return asItStands
  let length: usize = 1
  for (let keys = load<u32>(event, Event.KEYS); keys != 0; keys &= keys - 1) {
    const key = ctz(keys)
    length += Word.wordLength(key) + KEY_MARKS + valueLength(event, key)
  }
  return length
}

function writeValue(to: usize, event: usize, key: u32): usize {
  if (isInSeconds(event, key)) return writeDecimal(to, milliseconds(event, key))
  const length = Event.valueLengthOf(event, key)
  copy(to, Event.valueOf(event, key), length)
  return to + length
}

function assemble(to: usize, event: usize): usize {
  let at = to
  let statusPlace: usize = 0
  for (let keys = load<u32>(event, Event.KEYS); keys != 0; keys &= keys - 1) {
    const key = ctz(keys)
    const length = Word.wordLength(key) + KEY_MARKS
    copy(at, Word.wordText(key), length)
    at += length
    if (key == Word.STATUS) statusPlace = at + 1 - to
    at = writeValue(at, event, key)
  }
  store<u8>(to, 0x7b)
  store<u8>(at, 0x7d)
  return statusPlace
}

/** Writes the canonical text, which has {@link textLength}; returns the place of the status in it. */
export function writeText(to: usize, event: usize): usize {
  const length: usize = load<u32>(event, Event.TEXT_LENGTH)
  if (length == 0) return assemble(to, event)
  const text: usize = load<u32>(event, Event.TEXT)
  copy(to, text, length)
  return <usize>load<u32>(event, Event.STATUS_PLACE) - text
}

let draft: usize = 0
let draftSize: usize = 0

/** The canonical text for a look at it: good until the next is asked for. */
export function textOf(event: usize): usize {
  if (load<u32>(event, Event.TEXT_LENGTH) != 0) return load<u32>(event, Event.TEXT)
  const needed = textLength(event) + 32
  if (needed > draftSize) {
    draftSize = max(needed, draftSize << 1)
    draft = takeRegion(draftSize)
  }
  assemble(draft, event)
  return draft
}
