import { fstatSync } from 'node:fs'
import { silenceExperimentalWarnings } from './experimental-warnings.js'

/** How often the pipe is checked. */
const CHECK_INTERVAL_MS = 250

/** Offsets in bytes, and numbers, of `poll_oneoff` in WASI preview 1. */
const EVENT = 64
const COUNT = 128
const FD_WRITE = 2
const STDOUT = 1

/** Not in the types of Node 20. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (pages: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  }
}

/**
 * Creates a function that asks the system whether standard output is a pipe without a reader. Node has
 * no function for this: it learns it from the next write, and a write of nothing does not reach the
 * pipe. `poll` of the system knows it, and Node's WASI passes `poll` through. No WebAssembly code runs.
 */
const createPoll = async (): Promise<() => boolean> => {
  silenceExperimentalWarnings()
  const { WASI } = await import('node:wasi')
  const memory = new WebAssembly.Memory({ initial: 1 })
  const wasi = new WASI({ version: 'preview1' })
  wasi.initialize({ exports: { memory } })
  const poll = wasi.wasiImport.poll_oneoff as (...addresses: number[]) => number
  const view = new DataView(memory.buffer)
  view.setUint8(8, FD_WRITE)
  view.setUint32(16, STDOUT, true)
  return () => poll(0, EVENT, 1, COUNT) === 0 && view.getUint16(EVENT + 8, true) !== 0
}

/**
 * Starts to watch whether the reader of standard output is gone, also while nothing is written.
 *
 * @param onClosed - is called when the reader is gone
 * @returns a function that stops the watch
 */
export const startPipeWatch = async (onClosed: () => void): Promise<() => void> => {
  const stats = fstatSync(STDOUT)
  if (!stats.isFIFO() && !stats.isSocket()) return () => undefined
  // Without WASI, the next event that is written finds it out.
  const isClosed = stats.isFIFO() ? await createPoll().catch(() => () => false) : () => false
  const check = (): void => {
    if (isClosed()) onClosed()
    // A closed socket, other than a pipe, refuses even a write of nothing: the listener below hears it.
    else if (process.stdout.writableLength === 0) process.stdout.write('')
  }
  process.stdout.once('error', onClosed)
  check()
  const timer = setInterval(check, CHECK_INTERVAL_MS)
  return () => {
    clearInterval(timer)
    process.stdout.off('error', onClosed)
  }
}
