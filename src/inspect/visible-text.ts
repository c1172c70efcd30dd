const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu

/** Printable ASCII. */
const PLAIN = /^[ -~]*$/

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * The text with every character escaped that has no glyph of its own: control characters, marks that reverse
 * the direction of writing, lone surrogates, and two that XML forbids. A payload could make one id look like another with them. The
 * escapes are those of JSON, so that a JSON text stays the same JSON.
 */
export const visibleText = (text: string): string =>
  // Nearly every text is plain, and the short test is ten times as fast.
  PLAIN.test(text)
    ? text
    : text.replace(UNSEEN, (character) => character.split('').map(escaped).join(''))

/**
 * The same, shortened in its middle to at most `most` characters: ids begin and end in different ways.
 *
 * @param most - at least 3
 */
export const shortText = (text: string, most: number): string => {
  // Cut before the escaping: an id can have 64,000 characters, and it is drawn often.
  const cut = text.length > 4 * most ? text.slice(0, 2 * most) + text.slice(-2 * most) : text
  const visible = visibleText(cut)
  if (visible.length <= most) return visible
  const begin = Math.ceil((most - 1) / 2)
  return `${visible.slice(0, begin)}…${visible.slice(visible.length - (most - 1 - begin))}`
}
