import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import { plainEnglish } from '../../scripts/words/eslint-plain-english.mjs'
import { findPhrases } from '../../scripts/words/find-phrases.mjs'
import { PHRASES } from '../../scripts/words/phrases.mjs'

const suggestionsFor = (text: string): ReadonlyArray<string> =>
  findPhrases(text).map(({ instead }) => instead)

const [first] = PHRASES
const badSentence = first?.bad ?? ''

/** The lines at which the rule of the linter reports a phrase. */
const reportedLines = (code: string): ReadonlyArray<number> =>
  new Linter()
    .verify(code, {
      plugins: { local: { rules: { 'plain-english': plainEnglish } } },
      rules: { 'local/plain-english': 'error' },
    })
    .map(({ line }) => line)

describe('the list of phrases', () => {
  it.each(PHRASES)('a sentence that contains $pattern is reported', ({ bad, instead }) => {
    expect(suggestionsFor(bad)).toContain(instead)
  })

  it.each(PHRASES)('a good sentence that resembles $pattern passes', ({ good }) => {
    expect(suggestionsFor(good)).toEqual([])
  })

  it.each([
    { name: 'a document', lineBreak: '\n' },
    { name: 'a quotation', lineBreak: '\n> ' },
    { name: 'a block comment', lineBreak: '\n   * ' },
    { name: 'line comments', lineBreak: '\n  // ' },
    { name: 'a shell script', lineBreak: '\n# ' },
  ])('a phrase that runs over several lines of $name is reported', ({ lineBreak }) => {
    for (const { bad, instead } of PHRASES) {
      expect(suggestionsFor(bad.replaceAll(' ', lineBreak))).toContain(instead)
    }
  })
})

describe('the rule of the linter', () => {
  it.each([
    { name: 'a string', code: `\nf('${badSentence}')` },
    { name: 'a template', code: `\nf(\`\${a} ${badSentence}\`)` },
    { name: 'a line comment', code: `\n// ${badSentence}` },
    { name: 'a block comment', code: `\n/* ${badSentence} */` },
    { name: 'consecutive line comments', code: `\n// ${badSentence.replaceAll(' ', '\n// ')}` },
  ])('a phrase in $name is reported', ({ code }) => {
    expect(reportedLines(code)).toHaveLength(1)
  })

  it('a name in the code is not reported', () => {
    const word = ['ami', 'd'].join('')
    expect(suggestionsFor(word)).toHaveLength(1)
    expect(reportedLines(`const ${word} = /${word}/\nf(${word})`)).toEqual([])
  })

  it('the report names the line of the phrase', () => {
    expect(reportedLines(`/*\n *\n * The end ${badSentence}.\n */`)).toEqual([3])
  })
})
