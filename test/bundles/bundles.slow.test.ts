import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { nodeFileTrace } from '@vercel/nft'
import { build as esbuild, type BuildOptions } from 'esbuild'
import { build as vite } from 'vite'
import { describe, expect, it } from 'vitest'
import { copyEngine, ENGINE_WARNING, givenProject, type ApplicationOutcome } from './given.js'

const project = givenProject()
const plain = await project.run(project.entry)

const WORKER_WARNING =
  'the file worker.mjs of clientfold cannot be loaded, so this replay folds on one thread; docs/guides/bundles.md of clientfold says how to deploy it'

const WITHOUT_ENGINE: ApplicationOutcome = {
  ...{ ...plain, hasEngine: false, warnings: [ENGINE_WARNING] },
}

it('the installed package uses its engine and does not warn', () => {
  expect(plain).toMatchObject({ hasEngine: true, warnings: [], memory: 200, sqlite: 200 })
  expect(plain.text.split('\n')).toHaveLength(41)
})

describe('a deployment without files of the engine', () => {
  it('a replay without engine.wasm and worker.mjs takes the plain path and warns once', async () => {
    const bare = givenProject()
    for (const name of ['engine.wasm', 'worker.mjs']) {
      rmSync(join(bare.installed, 'dist/replay/wasm', name))
    }
    expect(await bare.run(bare.entry)).toEqual(WITHOUT_ENGINE)
  })

  it('a replay without worker.mjs uses one thread of the engine and warns once', async () => {
    const bare = givenProject()
    rmSync(join(bare.installed, 'dist/replay/wasm/worker.mjs'))
    expect(await bare.run(bare.entry)).toEqual({ ...plain, warnings: [WORKER_WARNING] })
  })
})

/** What the guide says for CommonJS, which has no `import.meta.url`. */
const FOR_COMMON_JS: BuildOptions = {
  define: { 'import.meta.url': '__bundleUrl' },
  banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href" },
}

describe.each([
  { format: 'esm', options: {}, extension: 'mjs' },
  { format: 'cjs', options: FOR_COMMON_JS, extension: 'cjs' },
] as const)('esbuild ($format)', ({ format, options, extension }) => {
  const folder = join(project.path, `esbuild-${format}`)
  const outfile = join(folder, `bundle.${extension}`)
  const bundle = (more: BuildOptions): Promise<unknown> =>
    esbuild({
      ...{ entryPoints: [project.entry], outfile, format, bundle: true, platform: 'node' },
      ...{ logLevel: 'silent', ...more },
    })

  it('a bundle alone takes the plain path and warns once', async () => {
    await bundle({})
    expect(await project.run(outfile)).toEqual(WITHOUT_ENGINE)
  })

  it('a bundle with the files beside it uses the engine and its threads', async () => {
    await bundle(options)
    copyEngine(project, folder, 'engine.wasm')
    expect(await project.run(outfile)).toEqual({ ...plain, warnings: [WORKER_WARNING] })
    copyEngine(project, folder, 'worker.mjs')
    expect(await project.run(outfile)).toEqual(plain)
  })
})

it('Vite bundles for Node, and the files beside the bundle are used', async () => {
  const folder = join(project.path, 'vite')
  await vite({
    ...{ root: project.path, configFile: false, logLevel: 'silent' },
    build: { ssr: project.entry, outDir: folder, emptyOutDir: false },
    ssr: { noExternal: true },
  })
  const outfile = join(folder, 'application.mjs')
  expect(await project.run(outfile)).toEqual(WITHOUT_ENGINE)
  copyEngine(project, folder, 'engine.wasm', 'worker.mjs')
  expect(await project.run(outfile)).toEqual(plain)
})

it('a file tracer finds the files of the engine', async () => {
  const { fileList } = await nodeFileTrace([project.entry], { base: '/' })
  const traced = join(project.path, 'traced')
  for (const file of fileList) {
    const target = join(traced, file)
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join('/', file), target, { verbatimSymlinks: true, recursive: true })
  }
  const files = [...fileList].map((file) => relative(project.installed, join('/', file)))
  expect(files).toEqual(
    expect.arrayContaining(['dist/replay/wasm/engine.wasm', 'dist/replay/wasm/worker.mjs']),
  )
  expect(await project.run(join(traced, project.entry))).toMatchObject({
    ...{ text: plain.text, hasEngine: true, warnings: [] },
  })
})
