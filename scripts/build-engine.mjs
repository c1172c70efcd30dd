// Compiles the replay engine (src/replay/wasm/assembly, AssemblyScript) to dist/replay/wasm/engine.wasm.
// With --debug it writes engine.debug.wasm, in which the engine's assertions are active. Run `tsc` first:
// the layout of the memory is read from what it wrote. The module of the worker threads becomes one file,
// so that a bundle needs two files beside it: engine.wasm and worker.mjs, which is a module wherever a bundler
// puts it.
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { build } from 'esbuild'
import { MAX_PAGES, STATIC_DATA } from '../dist/replay/wasm/layout.js'

const isDebug = process.argv.includes('--debug')

const { error, stderr } = await asc.main([
  'src/replay/wasm/assembly/index.ts',
  ...['--outFile', `dist/replay/wasm/engine${isDebug ? '.debug' : ''}.wasm`],
  ...['--baseDir', fileURLToPath(new URL('..', import.meta.url))],
  ...(isDebug ? ['--debug'] : ['--noAssert']),
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge'],
  // No runtime: the engine manages its memory itself (assembly/memory.ts).
  ...['--runtime', 'stub', '--memoryBase', String(STATIC_DATA)],
  ...['--enable', 'simd', '--enable', 'threads'],
  ...['--importMemory', '--sharedMemory'],
  ...['--initialMemory', '2', '--maximumMemory', String(MAX_PAGES)],
])
if (error) {
  console.error(stderr.toString())
  process.exit(1)
}

if (!isDebug) {
  const worker = fileURLToPath(new URL('../dist/replay/wasm/worker.js', import.meta.url))
  await build({
    ...{ entryPoints: [worker], outfile: worker.replace(/js$/, 'mjs') },
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'node20.19' },
    ...{ sourcemap: true, logLevel: 'error' },
  })
  for (const ending of ['', '.map']) rmSync(`${worker}${ending}`)
}
