import { presentWebAssembly } from './web-assembly.js'

const MESSAGE =
  'the clients of these logs take more than the 4 GiB that the fast engine can address: replay them with --engine plain, or one by one with --client'

/** The clients and sessions of the logs do not fit into the engine's memory. */
export class EngineFull extends Error {
  override readonly name = 'EngineFull'

  constructor() {
    super(MESSAGE)
  }
}

const isTrap = (error: Error): boolean =>
  error instanceof presentWebAssembly().RuntimeError && error.message.includes('unreachable')

/**
 * The error of a call of the engine. The engine traps only where it finds no more memory. A worker
 * throws {@link EngineFull}, which arrives as a plain error with the same message.
 */
export const toEngineError = (error: unknown): unknown =>
  error instanceof Error && (isTrap(error) || error.message === MESSAGE) ? new EngineFull() : error

/** The same function, which throws {@link EngineFull} where the memory is full. */
export const withEngineErrors =
  <A extends ReadonlyArray<unknown>, B>(run: (...args: A) => B) =>
  (...args: A): B => {
    try {
      return run(...args)
    } catch (error) {
      throw toEngineError(error)
    }
  }
