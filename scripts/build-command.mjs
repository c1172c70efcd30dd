// Bundles the command into few files, dist/cli. Loading hundreds of modules takes longer than most commands run. Each
// sub-command is loaded only when it is called. What users install by themselves stays outside of the bundle, and
// so does the module that finds the files of the engine, because they lie beside it.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const { optionalDependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
const optional = Object.keys({ ...optionalDependencies, ...peerDependencies })

const engineFiles = {
  name: 'engine-files',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/engine-files\.js$/ }, () => ({
      path: '../replay/wasm/engine-files.js',
      external: true,
    }))
  },
}

const folder = 'dist/cli'
rmSync(folder, { recursive: true, force: true })
const { metafile } = await build({
  ...{ entryPoints: ['src/cli/main.ts'], outdir: folder, metafile: true },
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20.19' },
  ...{ external: optional.flatMap((name) => [name, `${name}/*`]), plugins: [engineFiles] },
  ...{ sourcemap: true, sourcesContent: false, logLevel: 'warning' },
  // Packages in CommonJS call `require` for the modules of Node.
  banner: {
    js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
  },
})

/** The folders of the packages that the bundle contains. */
const packages = new Set(
  Object.keys(metafile.inputs).flatMap(
    (path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [],
  ),
)

/** The licence of a package, which goes where its code goes. */
const licenceOf = (path) => {
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  const file = readdirSync(path).find((each) => /^licen[cs]e/i.test(each))
  const text = file === undefined ? `Licence: ${license}\n` : readFileSync(join(path, file), 'utf8')
  return `${name} ${version}\n\n${text}`
}
writeFileSync(join(folder, 'licenses.txt'), [...packages].sort().map(licenceOf).join('\n----\n\n'))
