/**
 * Values that are not kept: `user` above all. They must be JSON all the same, for a line that is not is
 * refused. Nested deeper than a bound, or with an exponent in a number, they are not sure: so the same
 * walk does for `event_attributes`, which may nest 64 levels and hold finite numbers only.
 */
import { afterColon, afterDigits, afterLiteral, afterSpaces, afterString, isDigit } from './scan'

const MOST_LEVELS: u32 = 60
/** Below 10^300 a number is finite. */
const MOST_DIGITS: usize = 300

/** Behind any value that begins here. */
export function afterValue(at: usize, levels: u32): usize {
  switch (<u32>load<u8>(at)) {
    case 0x22: // "
      return afterString(at + 1)
    case 0x7b: // {
      return levels == MOST_LEVELS ? 0 : afterObject(at + 1, levels + 1)
    case 0x5b: // [
      return levels == MOST_LEVELS ? 0 : afterArray(at + 1, levels + 1)
    case 0x74: // t
    case 0x66: // f
    case 0x6e: // n
      return afterLiteral(at)
    default:
      return afterNumber(at)
  }
}

function afterNumber(at: usize): usize {
  if (load<u8>(at) == 0x2d) at += 1
  const end = afterDigits(at)
  if (end == at || end - at > MOST_DIGITS) return 0
  if (load<u8>(at) == 0x30 && end - at > 1) return 0
  if (load<u8>(end) != 0x2e) return end
  return isDigit(<u32>load<u8>(end, 1)) ? afterDigits(end + 1) : 0
}

/** Behind the object whose brace is just before `at`. */
function afterObject(at: usize, levels: u32): usize {
  at = afterSpaces(at)
  if (load<u8>(at) == 0x7d) return at + 1
  while (true) {
    if (load<u8>(at) != 0x22) return 0
    at = afterString(at + 1)
    if (at == 0) return 0
    at = afterColon(at)
    if (at == 0) return 0
    at = afterValue(at, levels)
    if (at == 0) return 0
    at = afterSpaces(at)
    const byte = <u32>load<u8>(at)
    if (byte == 0x7d) return at + 1
    if (byte != 0x2c) return 0
    at = afterSpaces(at + 1)
  }
}

/** Behind the array whose bracket is just before `at`. */
function afterArray(at: usize, levels: u32): usize {
  at = afterSpaces(at)
  if (load<u8>(at) == 0x5d) return at + 1
  while (true) {
    at = afterValue(at, levels)
    if (at == 0) return 0
    at = afterSpaces(at)
    const byte = <u32>load<u8>(at)
    if (byte == 0x5d) return at + 1
    if (byte != 0x2c) return 0
    at = afterSpaces(at + 1)
  }
}
