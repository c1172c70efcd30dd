// Bundles the command into few files, dist/cli. Loading hundreds of modules takes longer than most commands run. Each
// sub-command is loaded only when it is called. What users install by themselves stays outside of the bundle, and
// so do the modules that find files beside them: those of the engine and of the inspector.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { licencesOf } from './licences.mjs'

const { optionalDependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
const optional = Object.keys({ ...optionalDependencies, ...peerDependencies })

const fileFinders = {
  name: 'file-finders',
  setup: ({ onResolve }) => {
    const leaveOut = (filter, path) => onResolve({ filter }, () => ({ path, external: true }))
    leaveOut(/\/engine-files\.js$/, '../replay/wasm/engine-files.js')
    leaveOut(/\/page-files\.js$/, '../inspect/page-files.js')
  },
}

const folder = 'dist/cli'
rmSync(folder, { recursive: true, force: true })
const { metafile } = await build({
  ...{ entryPoints: ['src/cli/main.ts'], outdir: folder, metafile: true },
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20.19' },
  ...{ external: optional.flatMap((name) => [name, `${name}/*`]), plugins: [fileFinders] },
  ...{ sourcemap: true, sourcesContent: false, logLevel: 'warning' },
  // Half as much to read at every start. Names stay, so that a stack can be read.
  ...{ minifySyntax: true, minifyWhitespace: true },
  // Packages in CommonJS call `require` for the modules of Node.
  banner: {
    js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
  },
})

writeFileSync(join(folder, 'licenses.txt'), licencesOf(metafile))
