/**
 * Reads tokens of JSON, strictly as RFC 8259 defines them, in one pass and sixteen bytes at a time. A line
 * always ends in a line feed, which is part of no token, so no token runs past its line.
 */
import { VECTOR_BYTES } from '../layout'
import {
  ALSE,
  BACKSLASH,
  COLON,
  FIRST_NON_ASCII,
  isDigit,
  isHexadecimal,
  isSpace,
  LOWER_B,
  LOWER_F,
  LOWER_N,
  LOWER_R,
  LOWER_T,
  LOWER_U,
  NULL,
  QUOTE,
  SLASH,
  SPACE,
  TRUE,
} from './ascii'
import { afterCharacter } from './utf8'

/** A string had an escape. */
export const ESCAPED: u32 = 1
/** A string had an escape that `JSON.stringify` would write otherwise. */
export const ESCAPED_OTHERWISE: u32 = 2

/** What was read since {@link forgetEscapes}: ESCAPED, ESCAPED_OTHERWISE. */
export let escapes: u32 = 0
/** Whether white space was read since {@link forgetSpaces}. */
export let hasSpaces: bool = false

export function forgetEscapes(): void {
  escapes = 0
}

export function recallEscapes(before: u32): void {
  escapes |= before
}

export function forgetSpaces(): void {
  hasSpaces = false
}

export function recallSpaces(before: bool): void {
  hasSpaces = hasSpaces || before
}

/** A bit for each byte that needs a look: quotes, backslashes, control characters, bytes beyond ASCII. */
function specials(block: v128): u32 {
  const quotes = i8x16.eq(block, i8x16.splat(QUOTE))
  const backslashes = i8x16.eq(block, i8x16.splat(BACKSLASH))
  // As signed bytes, those beyond ASCII are negative, and control characters are below the space.
  const others = i8x16.lt_s(block, i8x16.splat(SPACE))
  return i8x16.bitmask(v128.or(v128.or(quotes, backslashes), others))
}

/** Behind the string whose opening quote is just before `at`. */
export function afterString(at: usize): usize {
  while (true) {
    const found = specials(v128.load(at))
    if (found == 0) {
      at += VECTOR_BYTES
      continue
    }
    at += <usize>ctz(found)
    if (load<u8>(at) == QUOTE) return at + 1
    at = afterSpecial(at)
    if (at == 0) return 0
  }
}

/** Behind a string without escapes, so that its bytes are its text. */
export function afterPlainString(at: usize): usize {
  if (load<u8>(at) != QUOTE) return 0
  at = afterString(at + 1)
  return escapes == 0 ? at : 0
}

/** Behind an escape or a character beyond ASCII. */
function afterSpecial(at: usize): usize {
  const byte = <u32>load<u8>(at)
  if (byte >= FIRST_NON_ASCII) return afterCharacter(at, byte)
  return byte == BACKSLASH ? afterEscape(at) : 0
}

/** The length of an escape such as `\n`, and of one such as `\u00e9`. */
const SHORT_ESCAPE: usize = 2
const LONG_ESCAPE: usize = 6

function afterEscape(at: usize): usize {
  switch (<u32>load<u8>(at, 1)) {
    case QUOTE:
    case BACKSLASH:
    case LOWER_B:
    case LOWER_F:
    case LOWER_N:
    case LOWER_R:
    case LOWER_T:
      escapes |= ESCAPED
      return at + SHORT_ESCAPE
    case SLASH:
      escapes |= ESCAPED | ESCAPED_OTHERWISE
      return at + SHORT_ESCAPE
    case LOWER_U:
      escapes |= ESCAPED | ESCAPED_OTHERWISE
      return areHexadecimal(at + SHORT_ESCAPE, at + LONG_ESCAPE) ? at + LONG_ESCAPE : 0
    default:
      return 0
  }
}

function areHexadecimal(at: usize, end: usize): bool {
  for (; at < end; at += 1) {
    if (!isHexadecimal(load<u8>(at))) return false
  }
  return true
}

/** Behind white space, if there is any. */
export function afterSpaces(at: usize): usize {
  return load<u8>(at) > SPACE ? at : afterSomeSpaces(at)
}

function afterSomeSpaces(at: usize): usize {
  while (isSpace(load<u8>(at))) {
    hasSpaces = true
    at += 1
  }
  return at
}

/** Behind the colon that follows a key, and at its value. */
export function afterColon(at: usize): usize {
  at = afterSpaces(at)
  return load<u8>(at) == COLON ? afterSpaces(at + 1) : 0
}

/** Behind digits, if there are any. */
export function afterDigits(at: usize): usize {
  while (isDigit(load<u8>(at))) at += 1
  return at
}

/** True if `null` begins here. */
export function isNull(at: usize): bool {
  return load<u32>(at) == NULL
}

/** Behind the `null` that begins here. */
export function afterNull(at: usize): usize {
  return at + sizeof<u32>()
}

/** Behind `true`, `false` or `null`. */
export function afterLiteral(at: usize): usize {
  const letters = load<u32>(at)
  if (letters == NULL || letters == TRUE) return at + sizeof<u32>()
  return load<u8>(at) == LOWER_F && load<u32>(at, 1) == ALSE ? at + 1 + sizeof<u32>() : 0
}
