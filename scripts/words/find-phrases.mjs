import { PHRASES } from './phrases.mjs'

/** A space of a pattern: white space, and on the next line the marker of a comment or a quotation. */
const GAP = String.raw`(?:\s+(?:(?:\*|//|#|>)\s+)?)`

const compiled = PHRASES.map(({ pattern, instead }) => ({
  pattern: new RegExp(pattern.source.replaceAll(' ', GAP), 'gi'),
  instead,
}))

/** Every phrase of the list that a text contains, with its offset, in the order of the text. */
export const findPhrases = (text) =>
  compiled
    .flatMap(({ pattern, instead }) =>
      Array.from(text.matchAll(pattern), ({ index, 0: phrase }) => ({
        index,
        phrase: phrase.replace(/\s+(?:(?:\*|\/\/|#|>)\s+)?/g, ' '),
        instead,
      })),
    )
    .sort((left, right) => left.index - right.index)
