import { describe, it } from 'vitest'
import { expectAgreement } from './agreement.js'

const runs = Number(process.env.CLIENTFOLD_MODEL_RUNS ?? 5000)

describe('the independent model', () => {
  it(`the library agrees with the model on ${runs} hostile logs`, { timeout: 3_600_000 }, () => {
    expectAgreement(runs)
  })
})
