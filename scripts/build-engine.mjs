// Compiles the replay engine (src/replay/wasm/assembly, AssemblyScript) to dist/replay/wasm/engine.wasm.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = fileURLToPath(new URL('..', import.meta.url))
mkdirSync(`${root}dist/replay/wasm`, { recursive: true })

const { error, stderr } = await asc.main([
  'src/replay/wasm/assembly/index.ts',
  ...['--outFile', 'dist/replay/wasm/engine.wasm', '--baseDir', root],
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
  // No runtime: the engine manages its memory itself (assembly/memory.ts).
  ...['--runtime', 'stub', '--memoryBase', '32768'],
  ...['--enable', 'simd', '--enable', 'threads'],
  ...['--importMemory', '--sharedMemory', '--initialMemory', '2', '--maximumMemory', '65536'],
])
if (error) {
  console.error(stderr.toString())
  process.exit(1)
}
