import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FIRST_VIEW,
  fragmentOf,
  PAGES,
  PANELS,
  readFragment,
  type ViewState,
} from '../../src/inspect/view-state.js'
import { arbitraryText } from '../../src/testing/index.js'

/** A URL holds no lone surrogates. */
const id = (): fc.Arbitrary<string> => arbitraryText().map((text) => Buffer.from(text).toString())
const time = () => fc.option(fc.nat({ max: 253_402_300_799_999 }))

const arbitraryView = (): fc.Arbitrary<ViewState> =>
  fc.record({
    page: fc.constantFrom(...PAGES),
    ...{ id: id(), client: id(), session: id(), asOf: time(), knownAt: time() },
    clock: fc.constantFrom('asOf' as const, 'knownAt' as const),
    panel: fc.constantFrom(...PANELS),
    range: fc.option(
      fc
        .tuple(fc.nat(1e9), fc.integer({ min: 1, max: 1e9 }))
        .map(([from, length]) => [from, from + length] as const),
    ),
  })

describe('the fragment of a URL', () => {
  it('reproduces the view', () => {
    fc.assert(
      fc.property(arbitraryView(), (view) => {
        expect(readFragment(`#${fragmentOf(view)}`)).toEqual(view)
      }),
    )
  })

  it('is empty for the first view', () => {
    expect(fragmentOf(FIRST_VIEW)).toBe('')
    expect(readFragment('')).toEqual(FIRST_VIEW)
  })

  it('that is not understood is left out', () => {
    expect(readFragment('#page=x&as_of=-1&range=9-2&clock=z&panel=&zzz=1&known_at=1e3')).toEqual(
      FIRST_VIEW,
    )
  })
})
