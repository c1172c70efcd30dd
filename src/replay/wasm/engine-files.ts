/**
 * The files that the build puts beside this module. Each has a URL of its own, written so that bundlers and
 * file tracers find it. When the module runs from its source, as in tests, the files are those of the last
 * build. A bundle in CommonJS has no `import.meta.url`: then these functions throw.
 */
import { access, readFile } from 'node:fs/promises'

/** Where the last build is, if this module runs from its source; else null. */
const lastBuild = (): string | null =>
  import.meta.url.endsWith('.ts')
    ? import.meta.url.replace(/\/src\/replay\/wasm\/[^/]*$/, '/dist/replay/wasm/')
    : null

/** Which build of the engine runs: in `debug` its assertions are active (see `scripts/build-engine.mjs`). */
export type EngineBuild = 'release' | 'debug'

const engineUrl = (build: EngineBuild): URL => {
  const folder = lastBuild()
  // Only tests have the debug build.
  if (build === 'debug') return new URL('engine.debug.wasm', folder ?? import.meta.url)
  return folder === null
    ? new URL('./engine.wasm', import.meta.url)
    : new URL('engine.wasm', folder)
}

/** The module that a worker thread of the engine runs. */
export const workerUrl = (): URL => {
  const folder = lastBuild()
  return folder === null ? new URL('./worker.mjs', import.meta.url) : new URL('worker.mjs', folder)
}

/**
 * The bytes of the engine.
 *
 * @throws Error if its file is missing.
 */
export const readEngine = async (build: EngineBuild): Promise<Uint8Array> => {
  const url = engineUrl(build)
  // Some bundlers put the bytes of a file into its URL.
  if (url.protocol !== 'data:') return readFile(url)
  return new Uint8Array(await (await fetch(url)).arrayBuffer())
}

/** True if worker threads can be started. */
export const isWorkerPresent = async (): Promise<boolean> => {
  try {
    const url = workerUrl()
    if (url.protocol !== 'data:') await access(url)
    return true
  } catch {
    return false
  }
}
