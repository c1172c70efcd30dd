import { describe, expect, it } from 'vitest'
import { flipBits } from './bit-flips.js'
import { DRIVERS } from './given.js'

describe.each(DRIVERS)('a damaged SQLite file on %s', (driver) => {
  it('after each of 400 flips of a bit, every answer is right or reports the damage', async () => {
    const { flips, told, foundByCheck, silentlyWrong } = await flipBits(driver, 400, 1)
    console.log(
      `${driver}: ${flips} flips; ${told} told, of them ${foundByCheck} by check; ${silentlyWrong.length} answers silently wrong`,
    )
    expect(silentlyWrong).toEqual([])
    expect(told).toBeGreaterThan(flips / 10)
  }, 600_000)
})
