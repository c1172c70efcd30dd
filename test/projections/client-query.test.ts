import { expect, it } from 'vitest'
import { isTravelling, projectionOf } from '../../src/projections/client-query.js'

it.each([
  { query: {}, expected: false },
  { query: { at: 1, revoked: 'drop' as const }, expected: false },
  { query: { asOf: undefined, knownAt: undefined }, expected: false },
  { query: { asOf: 0 }, expected: true },
  { query: { knownAt: 0 }, expected: true },
  { query: { asOf: 1, knownAt: 2 }, expected: true },
])('whether $query asks for another moment than now: $expected', ({ query, expected }) => {
  expect(isTravelling(query)).toBe(expected)
})

it('the clock is the moment of the question, unless a clock is given', () => {
  expect(projectionOf({ asOf: 1 })).toEqual({ at: 1 })
  expect(projectionOf({ asOf: 1, at: 2, revoked: 'drop' })).toEqual({ at: 2, revoked: 'drop' })
})
