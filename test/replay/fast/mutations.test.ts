import { describe, it } from 'vitest'
import { givenLogFolder } from './log-folder.js'
import { checkMutations } from './mutation-property.js'

const folder = givenLogFolder()
const total = 2400

describe('the engine', () => {
  it(`the engine agrees with the plain path on ${total} mutated lines`, async () => {
    await checkMutations(total, folder.path)
  })
})
