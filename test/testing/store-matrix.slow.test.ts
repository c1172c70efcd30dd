import { expect, it } from 'vitest'
import { findingCases } from './stores/finding-cases.js'
import { CASE_OF_CHANCE, STORE_MATRIX } from './stores/store-matrix.js'
import { WRONG_STORES } from './stores/wrong-stores.js'

it.each(Object.keys(WRONG_STORES).map((name) => ({ name })))(
  'a store that $name is found by exactly the cases of the matrix',
  { timeout: 900_000 },
  async ({ name }) => {
    const found = await findingCases(name)
    expect(found.filter((each) => each !== CASE_OF_CHANCE)).toEqual(STORE_MATRIX[name])
  },
)
