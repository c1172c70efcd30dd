import { fstatSync } from 'node:fs'
import { silenceYoungFeatures } from './experimental-warnings.js'

/** How often it is looked whether somebody still reads, in milliseconds. */
const LOOK_EVERY = 250

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
 * Asks the system whether standard output is a pipe that nobody reads any more. Node has no such
 * question: a pipe tells its writer nothing until it is written to, and an empty write is none. But
 * `poll` knows, and Node's WASI hands it through, here without any WebAssembly code.
 */
const createPoll = async (): Promise<() => boolean> => {
  silenceYoungFeatures()
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
 * Looks after whoever reads standard output, also while nothing is written there.
 *
 * @param gone - is called when nobody reads any more
 * @returns what ends the looking
 */
export const watchReader = async (gone: () => void): Promise<() => void> => {
  const stats = fstatSync(STDOUT)
  if (!stats.isFIFO() && !stats.isSocket()) return () => undefined
  // Where there is no such thing, the next event brings it to light.
  const isCut = stats.isFIFO() ? await createPoll().catch(() => () => false) : () => false
  const look = (): void => {
    if (isCut()) gone()
    // Other than a pipe, a socket that was closed refuses even an empty write: an error, heard below.
    else if (process.stdout.writableLength === 0) process.stdout.write('')
  }
  process.stdout.once('error', gone)
  look()
  const timer = setInterval(look, LOOK_EVERY)
  return () => {
    clearInterval(timer)
    process.stdout.off('error', gone)
  }
}
