import { expect, it } from 'vitest'
import { findingCases } from './stores/finding-cases.js'
import { STORE_MATRIX } from './stores/store-matrix.js'
import { WRONG_STORES } from './stores/wrong-stores.js'

it.each(Object.keys(WRONG_STORES).map((name) => ({ name })))(
  'a store that $name is found by exactly the cases of the matrix',
  { timeout: 900_000 },
  async ({ name }) => {
    expect(await findingCases(name)).toEqual(STORE_MATRIX[name])
  },
)
