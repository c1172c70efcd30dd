import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** A random generator that gives the same values for the same seed, on every machine. */
export interface Random {
  /** A whole number, both bounds included. */
  readonly integer: (from: number, to: number) => number
  /** True with this probability, in thousandths. */
  readonly perMille: (cases: number) => boolean
  readonly pick: <A>(choices: readonly [A, ...A[]]) => A
  /** An id in Clerk's form: a prefix and 27 letters and digits. */
  readonly id: (prefix: string) => string
}

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Creates the generator of a seed, which is an integer of 32 bits. */
export const createRandom = (seed: number): Random => {
  const generator = xoroshiro128plus(seed)
  const integer = (from: number, to: number): number => uniformInt(generator, from, to)
  return {
    integer,
    perMille: (cases) => integer(0, 999) < cases,
    pick: (choices) => choices[integer(0, choices.length - 1)] ?? choices[0],
    id: (prefix) => {
      let text = `${prefix}_2`
      // 62^5 < 2^32: one random number gives five letters.
      for (let group = 0; group < 6; group++) {
        let number = integer(0, 62 ** 5 - 1)
        for (let i = 0; i < 5 && text.length < prefix.length + 28; i++) {
          text += LETTERS[number % 62] ?? ''
          number = Math.floor(number / 62)
        }
      }
      return text
    },
  }
}
