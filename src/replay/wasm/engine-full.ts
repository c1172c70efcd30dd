import { presentWebAssembly } from './web-assembly.js'

const MESSAGE =
  'the clients of these logs take more than the 4 GiB that the fast engine can address: replay them with --engine plain, or one by one with --client'

/** What is known of the clients does not fit into the engine's memory. */
export class EngineFull extends Error {
  override readonly name = 'EngineFull'

  constructor() {
    super(MESSAGE)
  }
}

const isTrap = (error: Error): boolean =>
  error instanceof presentWebAssembly().RuntimeError && error.message.includes('unreachable')

/** The engine can give up in one way only: where it finds no more memory it traps. */
export const inWords = (error: unknown): unknown =>
  error instanceof Error && (isTrap(error) || error.message === MESSAGE) ? new EngineFull() : error

/** The same function, which puts into words that the memory is full. */
export const guarded =
  <A extends ReadonlyArray<unknown>, B>(run: (...given: A) => B) =>
  (...given: A): B => {
    try {
      return run(...given)
    } catch (error) {
      throw inWords(error)
    }
  }
