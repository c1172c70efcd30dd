/** Reads characters of UTF-8, as table 3-7 of the Unicode Standard defines well-formed ones. */

/** Bytes that continue a character. */
const FIRST_CONTINUATION: u32 = 0x80
const LAST_CONTINUATION: u32 = 0xbf

/** Lead bytes of characters of two, three and four bytes. Smaller ones would be overlong, larger ones beyond Unicode. */
const FIRST_OF_TWO: u32 = 0xc2
const LAST_OF_TWO: u32 = 0xdf
const FIRST_OF_THREE: u32 = 0xe0
const LAST_OF_THREE: u32 = 0xef
const FIRST_OF_FOUR: u32 = 0xf0
const LAST_OF_FOUR: u32 = 0xf4

/** After these lead bytes the second byte has narrower bounds: no overlong forms, no surrogates, not beyond U+10FFFF. */
const LEAD_OF_SURROGATES: u32 = 0xed
const SECOND_AFTER_FIRST_OF_THREE: u32 = 0xa0
const LAST_SECOND_BEFORE_SURROGATES: u32 = 0x9f
const SECOND_AFTER_FIRST_OF_FOUR: u32 = 0x90
const LAST_SECOND_AFTER_LAST_OF_FOUR: u32 = 0x8f

function isWithin(byte: u32, from: u32, to: u32): bool {
  return byte - from <= to - from
}

function isContinuation(byte: u32): bool {
  return isWithin(byte, FIRST_CONTINUATION, LAST_CONTINUATION)
}

/** Behind the character of two to four bytes that begins here, with that lead; 0 if it is not well-formed. */
export function afterCharacter(at: usize, lead: u32): usize {
  const second = <u32>load<u8>(at, 1)
  if (isWithin(lead, FIRST_OF_TWO, LAST_OF_TWO)) return isContinuation(second) ? at + 2 : 0
  if (!isContinuation(load<u8>(at, 2))) return 0
  if (isWithin(lead, FIRST_OF_THREE, LAST_OF_THREE)) {
    const from = lead == FIRST_OF_THREE ? SECOND_AFTER_FIRST_OF_THREE : FIRST_CONTINUATION
    const to = lead == LEAD_OF_SURROGATES ? LAST_SECOND_BEFORE_SURROGATES : LAST_CONTINUATION
    return isWithin(second, from, to) ? at + 3 : 0
  }
  if (!isWithin(lead, FIRST_OF_FOUR, LAST_OF_FOUR) || !isContinuation(load<u8>(at, 3))) return 0
  const from = lead == FIRST_OF_FOUR ? SECOND_AFTER_FIRST_OF_FOUR : FIRST_CONTINUATION
  const to = lead == LAST_OF_FOUR ? LAST_SECOND_AFTER_LAST_OF_FOUR : LAST_CONTINUATION
  return isWithin(second, from, to) ? at + 4 : 0
}
