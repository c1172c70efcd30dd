import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shortText, visibleText } from '../../src/inspect/visible-text.js'
import { arbitraryText } from '../../src/testing/index.js'

describe('the visible text', () => {
  it('escapes marks of direction, control characters and lone surrogates', () => {
    expect(visibleText('a\u202eb\u0000c\ud800d\u2066')).toBe('a\\u202eb\\u0000c\\ud800d\\u2066')
    expect(visibleText('東京 <b> é 😀')).toBe('東京 <b> é 😀')
    // A tag of the supplementary planes is two units.
    expect(visibleText('\u{e0001}')).toBe('\\udb40\\udc01')
  })

  it('of a JSON text is the same JSON', () => {
    fc.assert(
      fc.property(arbitraryText(), (text) => {
        expect(JSON.parse(visibleText(JSON.stringify(text)))).toBe(text)
      }),
    )
  })

  it('has nothing unseen in it', () => {
    fc.assert(
      fc.property(arbitraryText(), (text) => {
        expect(visibleText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  it('is shortened in its middle', () => {
    expect(shortText('session_1234567890', 9)).toBe('sess…7890')
    expect(shortText('session_1', 9)).toBe('session_1')
    expect(shortText(`<${'\u202e'.repeat(64_000)}>`, 9)).toBe('<\\u2…02e>')
  })

  it('is never longer than its bound', () => {
    fc.assert(
      fc.property(arbitraryText(), fc.integer({ min: 3, max: 40 }), (text, most) => {
        expect(shortText(text, most).length).toBeLessThanOrEqual(most)
      }),
    )
  })
})
