/** Writes the canonical text of a session: documented keys in their order, values as given, no white space. */
import { SESSION_KEY_STATUS } from '../keyword-numbers'
import {
  EVENT_PRESENT_KEYS,
  EVENT_SECONDS_KEYS,
  EVENT_SPACED_KEYS,
  EVENT_STATUS_PLACE,
  EVENT_TEXT,
  EVENT_TEXT_LENGTH,
  KEYWORD_MARKS,
  VECTOR_BYTES,
} from '../layout'
import { CLOSE_BRACE, OPEN_BRACE } from './ascii'
import { copy, digitsOf, writeDecimal } from './bytes'
import { timePlace, valueLengthOf, valueOf } from './event'
import { keywordLength, keywordText } from './keywords'
import { lengthWithoutSpaces, writeWithoutSpaces } from './spaces'
import { takeRegion } from './memory'

function isInSeconds(event: usize, key: u32): bool {
  return ((load<u32>(event, EVENT_SECONDS_KEYS) >> key) & 1) != 0
}

function isSpaced(event: usize, key: u32): bool {
  return ((load<u32>(event, EVENT_SPACED_KEYS) >> key) & 1) != 0
}

function milliseconds(event: usize, key: u32): u64 {
  return <u64>load<i64>(event + timePlace(key))
}

function valueLength(event: usize, key: u32): usize {
  if (isInSeconds(event, key)) return digitsOf(milliseconds(event, key))
  const length = valueLengthOf(event, key)
  return isSpaced(event, key) ? lengthWithoutSpaces(valueOf(event, key), length) : length
}

/** How long the canonical text is. */
export function textLength(event: usize): usize {
  const asItStands: usize = load<u32>(event, EVENT_TEXT_LENGTH)
  if (asItStands != 0) return asItStands
  // Each key has a comma or brace before it; only the closing brace is left to count.
  let length: usize = 1
  for (let keys = load<u32>(event, EVENT_PRESENT_KEYS); keys != 0; keys &= keys - 1) {
    const key = ctz(keys)
    length += keywordLength(key) + KEYWORD_MARKS + valueLength(event, key)
  }
  return length
}

function writeValue(to: usize, event: usize, key: u32): usize {
  if (isInSeconds(event, key)) return writeDecimal(to, milliseconds(event, key))
  const length = valueLengthOf(event, key)
  if (isSpaced(event, key)) return writeWithoutSpaces(to, valueOf(event, key), length)
  copy(to, valueOf(event, key), length)
  return to + length
}

/** Writes the text key by key; returns the place of the status in it. */
function assemble(to: usize, event: usize): usize {
  let at = to
  let statusPlace: usize = 0
  for (let keys = load<u32>(event, EVENT_PRESENT_KEYS); keys != 0; keys &= keys - 1) {
    const key = ctz(keys)
    const length = keywordLength(key) + KEYWORD_MARKS
    copy(at, keywordText(key), length)
    at += length
    // Behind the quote.
    if (key == SESSION_KEY_STATUS) statusPlace = at + 1 - to
    at = writeValue(at, event, key)
  }
  store<u8>(to, OPEN_BRACE)
  store<u8>(at, CLOSE_BRACE)
  assert(at + 1 - to == textLength(event) && statusPlace != 0)
  return statusPlace
}

/** Writes the canonical text, which has {@link textLength}; returns the place of the status in it. */
export function writeText(to: usize, event: usize): usize {
  const length: usize = load<u32>(event, EVENT_TEXT_LENGTH)
  if (length == 0) return assemble(to, event)
  const text: usize = load<u32>(event, EVENT_TEXT)
  copy(to, text, length)
  return <usize>load<u32>(event, EVENT_STATUS_PLACE) - text
}

let draft: usize = 0
let draftBytes: usize = 0

/** The canonical text, to be compared. It is valid until the next call. */
export function textOf(event: usize): usize {
  if (load<u32>(event, EVENT_TEXT_LENGTH) != 0) return load<u32>(event, EVENT_TEXT)
  const needed = textLength(event) + 2 * VECTOR_BYTES
  if (needed > draftBytes) {
    draftBytes = max(needed, draftBytes << 1)
    draft = takeRegion(draftBytes)
  }
  assemble(draft, event)
  return draft
}
