/** Names of the bytes that the engine looks for and writes. */

export const TAB: u8 = 0x09
export const LINE_FEED: u8 = 0x0a
export const CARRIAGE_RETURN: u8 = 0x0d
export const SPACE: u8 = 0x20
export const QUOTE: u8 = 0x22
export const COMMA: u8 = 0x2c
export const MINUS: u8 = 0x2d
export const POINT: u8 = 0x2e
export const SLASH: u8 = 0x2f
export const ZERO: u8 = 0x30
export const COLON: u8 = 0x3a
export const OPEN_BRACKET: u8 = 0x5b
export const BACKSLASH: u8 = 0x5c
export const CLOSE_BRACKET: u8 = 0x5d
export const UNDERSCORE: u8 = 0x5f
export const LOWER_A: u8 = 0x61
export const LOWER_B: u8 = 0x62
export const LOWER_F: u8 = 0x66
export const LOWER_N: u8 = 0x6e
export const LOWER_R: u8 = 0x72
export const LOWER_T: u8 = 0x74
export const LOWER_U: u8 = 0x75
export const OPEN_BRACE: u8 = 0x7b
export const CLOSE_BRACE: u8 = 0x7d
/** Bytes from here on are not ASCII. */
export const FIRST_NON_ASCII: u8 = 0x80

/** Four letters as one little-endian number: `null`, `true`, and what follows the f of `false`. */
export const NULL: u32 = 0x6c6c756e
export const TRUE: u32 = 0x65757274
export const ALSE: u32 = 0x65736c61

/** Set in lower-case letters only. */
const LOWER_CASE_BIT: u32 = 0x20

export function isDigit(byte: u32): bool {
  return byte - ZERO < 10
}

export function isHexadecimal(byte: u32): bool {
  return isDigit(byte) || (byte | LOWER_CASE_BIT) - LOWER_A < 6
}

/** White space between tokens. A line feed does not count: it ends the line. */
export function isSpace(byte: u32): bool {
  return byte == SPACE || byte == TAB || byte == CARRIAGE_RETURN
}
