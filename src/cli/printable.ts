/**
 * Escapes control characters. Ids and names of files come from outside, and a terminal would execute what
 * they contain.
 */
export const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )

/** The same for several lines, whose ends stay. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')
