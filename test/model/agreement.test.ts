import { describe, it } from 'vitest'
import { expectAgreement } from './agreement.js'

describe('the independent model', () => {
  it('the library agrees with the model on 500 hostile logs', () => {
    expectAgreement(500)
  })
})
