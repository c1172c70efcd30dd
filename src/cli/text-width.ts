import stringWidth from 'string-width'

/** Stands where something was left out. It is one column wide. */
const ELLIPSIS = '…'

/** A letter with more code units than this would be drawn over other lines by its marks. */
const MAX_LETTER_UNITS = 16

const ASCII = /^[ -~]*$/

/** Each of these letters takes one column. Most tables have no others, and the rules for others take long to load. */
const NARROW = /^[ -~¡-¬®-ÿ→…]*$/

/** How many columns of a terminal a text takes. It has no control characters: see `printable`. */
export const widthOf = (text: string): number =>
  NARROW.test(text) ? text.length : stringWidth(text)

/** True if a text takes at most so many columns. It reads no more of a long text than it needs. */
export const isWithin = (text: string, width: number): boolean =>
  text.length <= MAX_LETTER_UNITS * width && widthOf(text) <= width

function* lettersOf(text: string): Iterable<string> {
  if (ASCII.test(text)) yield* text
  else
    for (const { segment } of new Intl.Segmenter().segment(text))
      yield segment.length > MAX_LETTER_UNITS ? '\u{fffd}' : segment
}

/** As many of these letters as fit. */
const fitting = (letters: Iterable<string>, width: number): ReadonlyArray<string> => {
  const taken: string[] = []
  let used = 0
  for (const letter of letters) {
    used += widthOf(letter)
    if (used > width || taken.length === MAX_LETTER_UNITS * width) break
    taken.push(letter)
  }
  return taken
}

const startOf = (text: string, width: number): string => fitting(lettersOf(text), width).join('')

const endOf = (text: string, width: number): string => {
  const end = text.slice(-2 * MAX_LETTER_UNITS * (width + 1))
  // The first letter may be cut in two; it is not needed, because the text is wider.
  const letters = [...lettersOf(end)].slice(1)
  return fitting(letters.toReversed(), width).toReversed().join('')
}

/** A text in at most this width, at least 1: the end is left out if it is wider. */
export const cutEnd = (text: string, width: number): string =>
  isWithin(text, width) ? text : `${startOf(text, width - 1)}${ELLIPSIS}`

/**
 * An id in at most this width, at least 1: the middle is left out if it is wider. The start of an id of Clerk says what
 * it names and when it was made; its end is random.
 */
export const cutMiddle = (id: string, width: number): string => {
  if (isWithin(id, width)) return id
  const end = Math.floor((width - 1) / 2)
  return `${startOf(id, width - 1 - end)}${ELLIPSIS}${endOf(id, end)}`
}
