import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mentionsId, possibleIdsIn } from '../../../src/stores/kit/mentions-id.js'

/** Escapes some characters of a text as JSON may. */
const escaped = (text: string, which: ReadonlyArray<boolean>): string =>
  Array.from(text)
    .map((character, index) =>
      which[index] === true
        ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
        : character,
    )
    .join('')

const id = fc.stringMatching(/^[a-zA-Z0-9_-]{1,6}$/)
const around = fc.constantFrom(
  '',
  '"',
  ' ',
  '_',
  'a',
  '1',
  '-',
  ':',
  '.',
  '\\"',
  '\\u0022',
  'é',
  '{',
)

describe('the ids that a body may mention', () => {
  it('an id as Clerk has them is among them exactly if the body mentions it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(around, id, fc.array(fc.boolean()), around), { maxLength: 4 }),
        id,
        (parts, other) => {
          const text = parts
            .map(([before, word, which, after]) => `${before}${escaped(word, which)}${after}`)
            .join('')
          const body = Buffer.from(text)
          const ids = possibleIdsIn(body)
          for (const each of [other, ...parts.map(([, word]) => word)]) {
            expect(ids.has(each)).toBe(mentionsId(body, each))
          }
        },
      ),
    )
  })

  it('an id of other characters is among them where it is a whole JSON string', () => {
    const ids = possibleIdsIn(Buffer.from('{"user_id":"ada.lovelace@example","x":{"y":"a b"}}'))
    expect(ids).toContain('ada.lovelace@example')
    expect(ids).toContain('a b')
  })
})
