import type { StoreCase } from './store-case.js'
import { watchCalls } from './watched-store.js'

/** How long a case may take unless its options say otherwise. */
const MAX_SECONDS = 60
/** How long the stores of a case that took too long may take to close. */
const CLOSING_MILLISECONDS = 1000

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const after = (milliseconds: number): { promise: Promise<void>; cancel: () => void } => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const promise = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)))
  return {
    promise,
    cancel: () => {
      clearTimeout(timer)
    },
  }
}

/** The case with a time limit. Its errors begin with the guarantee that the store does not keep. */
export const boundedCase = (each: StoreCase): StoreCase => ({
  ...each,
  run: async (harness, { maxSeconds = MAX_SECONDS, ...sampling } = {}) => {
    const watch = watchCalls(harness)
    const limit = after(maxSeconds * 1000)
    const tooLate = limit.promise.then(() => {
      const calls = watch.pending().join(', ')
      const waits = calls === '' ? 'no call of the store is open' : `it waits for ${calls}`
      throw new Error(`it took longer than ${maxSeconds} seconds: ${waits}`)
    })
    try {
      await Promise.race([each.run(watch.harness, sampling), tooLate])
    } catch (error) {
      const closing = after(CLOSING_MILLISECONDS)
      await Promise.race([watch.close(), closing.promise])
      closing.cancel()
      const message = `the store does not keep the guarantee: ${each.name}\n${textOf(error)}`
      throw new Error(message, { cause: error })
    } finally {
      limit.cancel()
    }
  },
})
