import { readEngine, type EngineBuild } from './engine-files.js'
import { createMemory, presentWebAssembly, webAssembly, type WasmModule } from './web-assembly.js'

/**
 * The smallest module that uses what the engine needs: a shared memory (flags 3, of one page at least and
 * at most) and vectors of 128 bits (fd 0c: `v128.const`, fd 64: `i8x16.bitmask`).
 */
const PROBE = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7f],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x05, 0x04, 0x01, 0x03, 0x01, 0x01],
  ...[0x0a, 0x18, 0x01, 0x16, 0x00, 0xfd, 0x0c],
  ...new Uint8Array(16),
  ...[0xfd, 0x64, 0x0b],
])

/** Whether a memory can be reserved: a limit on the address space may refuse it. */
const canReserve = (): boolean => {
  try {
    createMemory(1)
    return true
  } catch {
    return false
  }
}

/** True if this machine and this version of Node can run the engine. */
export const isEngineSupported = (): boolean =>
  typeof SharedArrayBuffer === 'function' && webAssembly?.validate(PROBE) === true && canReserve()

const compiled = new Map<EngineBuild, Promise<WasmModule>>()

const compile = async (build: EngineBuild): Promise<WasmModule> =>
  presentWebAssembly().compile(await readEngine(build))

/**
 * The compiled engine. All replays share it; each has a memory of its own.
 *
 * @throws Error if the file of the engine is missing.
 */
export const engineModule = (build: EngineBuild): Promise<WasmModule> => {
  const module = compiled.get(build) ?? compile(build)
  compiled.set(build, module)
  return module
}
