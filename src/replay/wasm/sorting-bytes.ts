/** Half of a pair, without the other: it has no bytes in UTF-8. */
export const LONE_SURROGATE = /\p{Surrogate}/u

const FIRST_LOW = 0xdc00
const FIRST_BEHIND = 0xe000

/** A character beyond U+FFFF, by the code unit with which it begins: the first one, in UTF-8. */
const firstOf = (high: number): Buffer =>
  Buffer.from(String.fromCodePoint(0x10000 + (high - 0xd800) * 0x400))

/**
 * Half of a pair without the other, as bytes that stand in the order of UTF-16 code units between those
 * of whole characters as `engine/bytes.ts` compares them.
 *
 * A first half that something below the second halves follows comes before all characters that begin
 * with it, and one that something beyond them follows, behind them; a second half comes behind all
 * characters beyond U+FFFF and before U+E000. None of these bytes is UTF-8, so no text has them.
 */
const halfBytes = (half: number, next: number): ReadonlyArray<number> => {
  if (half >= FIRST_LOW) return [0xf5, 0x80 + ((half - FIRST_LOW) >> 6), 0x80 + (half & 0x3f)]
  const [lead = 0, second = 0, third = 0] = firstOf(half)
  return next < FIRST_BEHIND ? [lead, second, third, 0x00] : [lead, second, third + 0x0f, 0xff]
}

/**
 * The id in UTF-8, by which the engine finds and sorts it. Halves of pairs have no UTF-8: they become
 * bytes that sort as they do.
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
