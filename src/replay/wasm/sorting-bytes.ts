/** Half of a surrogate pair without the other half: UTF-8 has no bytes for it. */
export const LONE_SURROGATE = /\p{Surrogate}/u

/** A pair is a high half (from U+D800) and a low half (from U+DC00). */
const FIRST_HIGH = 0xd800
const FIRST_LOW = 0xdc00
const FIRST_BEHIND_SURROGATES = 0xe000
/** Pairs encode the characters from here on; each high half begins so many of them. */
const FIRST_PAIR = 0x10000
const PAIRS_OF_A_HIGH = 0x400

/** A lead byte beyond those that occur in UTF-8. */
const LEAD_OF_LOW = 0xf5
/** Bytes that continue a character carry six bits each. */
const CONTINUATION = 0x80
const CONTINUATION_BITS = 6
const CONTINUATION_MASK = 0x3f
/** The third bytes of the characters that one high half begins differ by less than this. */
const THIRD_BYTES_OF_A_HIGH = 0x0f
const BEFORE_ALL = 0x00
const BEHIND_ALL = 0xff

/** The first of the characters that begin with this high half, in UTF-8. */
const firstOf = (high: number): Buffer =>
  Buffer.from(String.fromCodePoint(FIRST_PAIR + (high - FIRST_HIGH) * PAIRS_OF_A_HIGH))

/**
 * Bytes for a lone half that compare with those of other texts (as `assembly/bytes.ts` compares them) as
 * the code units do. They are not UTF-8, so no text has them.
 *
 * - A low half comes behind all characters beyond U+FFFF, and before U+E000.
 * - A high half comes before all characters that begin with it if a code unit below the low halves
 *   follows, and behind them if one beyond the low halves follows.
 */
const halfBytes = (half: number, next: number): ReadonlyArray<number> => {
  if (half >= FIRST_LOW) {
    const upper = (half - FIRST_LOW) >> CONTINUATION_BITS
    return [LEAD_OF_LOW, CONTINUATION + upper, CONTINUATION + (half & CONTINUATION_MASK)]
  }
  const [lead = 0, second = 0, third = 0] = firstOf(half)
  return next < FIRST_BEHIND_SURROGATES
    ? [lead, second, third, BEFORE_ALL]
    : [lead, second, third + THIRD_BYTES_OF_A_HIGH, BEHIND_ALL]
}

/**
 * The bytes by which the engine finds and sorts an id: its UTF-8. Halves of pairs, which have no UTF-8,
 * become bytes that sort as they do.
 */
export const sortingBytes = (id: string): Uint8Array => {
  if (!LONE_SURROGATE.test(id)) return Buffer.from(id)
  let unit = 0
  const parts = Array.from(id, (character) => {
    unit += character.length
    if (!LONE_SURROGATE.test(character)) return Buffer.from(character)
    const next = unit < id.length ? id.charCodeAt(unit) : 0
    return Buffer.from(halfBytes(character.charCodeAt(0), next))
  })
  return Buffer.concat(parts)
}
