/**
 * Tokens of JSON, strictly as RFC 8259 has them, in one pass and sixteen bytes at a time. Every function
 * takes the place where a token begins and returns the place behind it, or 0: not sure, whatever the
 * reason. A line always ends in a line feed, which no token takes, so nothing runs past its line.
 */

/** Some string that was scanned held an escape. */
export const ESCAPED: u32 = 1
/** Some string held an escape as `JSON.stringify` would not write it. */
export const ESCAPED_OTHERWISE: u32 = 2

/** What was met since {@link forgetEscapes}: ESCAPED, ESCAPED_OTHERWISE. */
export let escapes: u32 = 0
/** Whether any white space was met since {@link forgetSpaces}. */
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

/** The first byte of a string or key that is special: a quote, a backslash, a control, no ASCII. */
function specials(block: v128): u32 {
  const quotes = i8x16.eq(block, i8x16.splat(0x22))
  const backslashes = i8x16.eq(block, i8x16.splat(0x5c))
  // As signed bytes, what is no ASCII is below 0 and controls are below 0x20.
  const others = i8x16.lt_s(block, i8x16.splat(0x20))
  return i8x16.bitmask(v128.or(v128.or(quotes, backslashes), others))
}

/** Behind the string whose opening quote is just before `at`. */
export function afterString(at: usize): usize {
  while (true) {
    const found = specials(v128.load(at))
    if (found == 0) {
      at += 16
      continue
    }
    at += <usize>ctz(found)
    if (load<u8>(at) == 0x22) return at + 1
    at = afterSpecial(at)
    if (at == 0) return 0
  }
}

/** Behind an escape or a character that is no ASCII. */
function afterSpecial(at: usize): usize {
  const byte = <u32>load<u8>(at)
  if (byte >= 0x80) return afterCharacter(at, byte)
  return byte == 0x5c ? afterEscape(at) : 0
}

function isWithin(byte: u32, from: u32, to: u32): bool {
  return byte - from <= to - from
}

/** Behind a character of UTF-8 with two to four bytes; what is well-formed is table 3-7 of Unicode. */
function afterCharacter(at: usize, lead: u32): usize {
  const second = <u32>load<u8>(at, 1)
  if (isWithin(lead, 0xc2, 0xdf)) return isWithin(second, 0x80, 0xbf) ? at + 2 : 0
  if (!isWithin(<u32>load<u8>(at, 2), 0x80, 0xbf)) return 0
  if (isWithin(lead, 0xe0, 0xef)) {
    const from: u32 = lead == 0xe0 ? 0xa0 : 0x80
    const to: u32 = lead == 0xed ? 0x9f : 0xbf
    return isWithin(second, from, to) ? at + 3 : 0
  }
  if (!isWithin(lead, 0xf0, 0xf4) || !isWithin(<u32>load<u8>(at, 3), 0x80, 0xbf)) return 0
  const from: u32 = lead == 0xf0 ? 0x90 : 0x80
  const to: u32 = lead == 0xf4 ? 0x8f : 0xbf
  return isWithin(second, from, to) ? at + 4 : 0
}

function afterEscape(at: usize): usize {
  switch (<u32>load<u8>(at, 1)) {
    case 0x22: // "
    case 0x5c: // \
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      escapes |= ESCAPED
      return at + 2
    case 0x2f: // /
      escapes |= ESCAPED | ESCAPED_OTHERWISE
      return at + 2
    case 0x75: // u
      escapes |= ESCAPED | ESCAPED_OTHERWISE
      return areFourHexadecimals(at + 2) ? at + 6 : 0
    default:
      return 0
  }
}

function isHexadecimal(byte: u32): bool {
  return isWithin(byte, 0x30, 0x39) || isWithin(byte | 0x20, 0x61, 0x66)
}

function areFourHexadecimals(at: usize): bool {
  for (let place: usize = 0; place < 4; place += 1) {
    if (!isHexadecimal(<u32>load<u8>(at + place))) return false
  }
  return true
}

/** Behind white space. A line feed is none here: it ends the line. */
export function afterSpaces(at: usize): usize {
  return load<u8>(at) > 0x20 ? at : afterSomeSpaces(at)
}

function afterSomeSpaces(at: usize): usize {
  while (true) {
    const byte = <u32>load<u8>(at)
    if (byte != 0x20 && byte != 0x09 && byte != 0x0d) return at
    hasSpaces = true
    at += 1
  }
}

/** Behind the colon that follows a key, and at its value. */
export function afterColon(at: usize): usize {
  at = afterSpaces(at)
  return load<u8>(at) == 0x3a ? afterSpaces(at + 1) : 0
}

export function isDigit(byte: u32): bool {
  return byte - 0x30 < 10
}

/** Behind some digits; none is possible. */
export function afterDigits(at: usize): usize {
  while (isDigit(<u32>load<u8>(at))) at += 1
  return at
}

/** True if the literal `null` stands here. */
export function isNull(at: usize): bool {
  return load<u32>(at) == 0x6c6c756e
}

/** Behind `true`, `false` or `null`. */
export function afterLiteral(at: usize): usize {
  const word = load<u32>(at)
  if (word == 0x6c6c756e || word == 0x65757274) return at + 4
  // "alse": what follows the f.
  return load<u8>(at) == 0x66 && load<u32>(at, 1) == 0x65736c61 ? at + 5 : 0
}
