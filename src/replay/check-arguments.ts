import type { LogSource } from './source.js'

/** More threads than this are refused: it is more than machines have cores, and each takes memory. */
export const MAX_THREADS = 256

const ENGINES: ReadonlyArray<unknown> = ['plain', 'fast', undefined]

const checkSource = (source: unknown): void => {
  if (typeof source !== 'object' || source === null) {
    throw new TypeError('a log source must be an object; make one with await fileSource(path)')
  }
  if ('then' in source) {
    throw new TypeError('a log source is a promise; await it, as in await fileSource(path)')
  }
  const { name, size, open, path, range } = source as Partial<Record<keyof LogSource, unknown>>
  if (typeof name !== 'string') throw new TypeError('the name of a log source must be a string')
  if (typeof open !== 'function') {
    throw new TypeError(
      'the key open of a log source must be a function that gives its bytes; make the source of a file with await fileSource(path)',
    )
  }
  if (path !== undefined && typeof path !== 'string') {
    throw new TypeError('the path of a log source must be a string, or be left out')
  }
  if (range !== undefined && (path === undefined || !Array.isArray(range))) {
    throw new TypeError(
      'the range of a log source must belong to its path; make the source of a part with await filePartSource(path, part)',
    )
  }
  if (size === undefined || size === null) return
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw new TypeError(
      'the size of a log source must be a whole number of bytes; leave it out, or null, if it is unknown',
    )
  }
}

/**
 * Checks what a reading is called with, before anything is read.
 *
 * @throws TypeError if an argument is invalid.
 */
export const checkReading = (
  sources: ReadonlyArray<LogSource>,
  { maxLineBytes }: { readonly maxLineBytes?: number | undefined },
): void => {
  if (!Array.isArray(sources)) throw new TypeError('the log sources must be an array')
  for (const source of sources) checkSource(source)
  if (maxLineBytes === undefined) return
  if (typeof maxLineBytes !== 'number' || !(maxLineBytes >= 0)) {
    throw new TypeError('the option maxLineBytes must be a number of bytes from 0')
  }
}

/**
 * Checks with which engine a replay is called.
 *
 * @throws TypeError if an option is invalid.
 */
export const checkEngine = (engine: unknown, threads: unknown): void => {
  if (!ENGINES.includes(engine)) {
    throw new TypeError('the option engine must be "plain" or "fast"')
  }
  if (threads === undefined) return
  if (typeof threads === 'number' && Number.isInteger(threads)) {
    if (threads >= 1 && threads <= MAX_THREADS) return
  }
  throw new TypeError(`the option threads must be a whole number from 1 to ${MAX_THREADS}`)
}
