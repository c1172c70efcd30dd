/**
 * Skips values that are not kept, such as `user`. They must be JSON all the same, because a line that is
 * not JSON is refused. A value is unsure if it is nested deeply, or has a number with an exponent; so the
 * same functions serve for `event_attributes`, which may nest 64 levels and hold finite numbers only.
 */
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  isDigit,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  POINT,
  QUOTE,
  ZERO,
} from './ascii'
import { afterColon, afterDigits, afterLiteral, afterSpaces, afterString } from './scan'
import { afterLike, forgetScalars, keepShape, noteScalar } from './shape'

const MAX_LEVELS: u32 = 60
/** A number below 10^300 is finite. */
const MAX_DIGITS: usize = 300

/** Behind any value. In this place a value of that shape stood before. */
export function afterSkipped(at: usize, shape: usize): usize {
  const byte = load<u8>(at)
  if (byte != OPEN_BRACE && byte != OPEN_BRACKET) return afterValue(at, 0)
  const like = afterLike(at, shape)
  if (like != 0) return like
  forgetScalars()
  const end = afterValue(at, 0)
  if (end != 0) keepShape(shape, at, end)
  return end
}

function afterValue(at: usize, levels: u32): usize {
  switch (<u32>load<u8>(at)) {
    case QUOTE:
      return noteScalar(at, afterString(at + 1))
    case OPEN_BRACE:
      return levels == MAX_LEVELS ? 0 : afterObject(at + 1, levels + 1)
    case OPEN_BRACKET:
      return levels == MAX_LEVELS ? 0 : afterArray(at + 1, levels + 1)
    case LOWER_T:
    case LOWER_F:
    case LOWER_N:
      return noteScalar(at, afterLiteral(at))
    default:
      return noteScalar(at, afterNumber(at))
  }
}

function afterNumber(at: usize): usize {
  if (load<u8>(at) == MINUS) at += 1
  const end = afterDigits(at)
  if (end == at || end - at > MAX_DIGITS) return 0
  if (load<u8>(at) == ZERO && end - at > 1) return 0
  if (load<u8>(end) != POINT) return end
  return isDigit(load<u8>(end, 1)) ? afterDigits(end + 1) : 0
}

/** Behind the object whose brace is just before `at`. */
function afterObject(at: usize, levels: u32): usize {
  at = afterSpaces(at)
  if (load<u8>(at) == CLOSE_BRACE) return at + 1
  while (true) {
    if (load<u8>(at) != QUOTE) return 0
    at = afterString(at + 1)
    if (at == 0) return 0
    at = afterColon(at)
    if (at == 0) return 0
    at = afterValue(at, levels)
    if (at == 0) return 0
    at = afterSpaces(at)
    const byte = load<u8>(at)
    if (byte == CLOSE_BRACE) return at + 1
    if (byte != COMMA) return 0
    at = afterSpaces(at + 1)
  }
}

/** Behind the array whose bracket is just before `at`. */
function afterArray(at: usize, levels: u32): usize {
  at = afterSpaces(at)
  if (load<u8>(at) == CLOSE_BRACKET) return at + 1
  while (true) {
    at = afterValue(at, levels)
    if (at == 0) return 0
    at = afterSpaces(at)
    const byte = load<u8>(at)
    if (byte == CLOSE_BRACKET) return at + 1
    if (byte != COMMA) return 0
    at = afterSpaces(at + 1)
  }
}
