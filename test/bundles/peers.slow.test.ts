import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { copyEngine, ENGINE_WARNING, givenProject, PEERS } from './given.js'

const execute = promisify(execFile)

/** They take 10 s each, and several times as long where other work goes on. */
const PATIENCE_MS = 180_000

const project = givenProject({ amongPeers: true })
const plain = await project.run(project.entry)

it(
  'webpack bundles to a module and to CommonJS, and finds the files of the engine by itself',
  async () => {
    const folder = join(project.path, 'webpack')
    await execute(process.execPath, [join(PEERS, 'bundle-webpack.mjs'), project.entry, folder])
    expect(plain).toMatchObject({ hasEngine: true, warnings: [] })
    expect(await project.run(join(folder, 'bundle.mjs'))).toEqual(plain)
    expect(await project.run(join(folder, 'bundle.cjs'))).toEqual(plain)
  },
  PATIENCE_MS,
)

it(
  'Rollup bundles, and the files beside the bundle are used',
  async () => {
    const folder = join(project.path, 'rollup')
    const outfile = join(folder, 'bundle.mjs')
    const rollup = join(PEERS, 'node_modules/rollup/dist/bin/rollup')
    const plugins = ['--plugin', 'node-resolve', '--plugin', 'commonjs']
    const args = [rollup, project.entry, ...plugins, '--format', 'esm', '--file', outfile]
    await execute(process.execPath, args, { cwd: PEERS })
    expect(await project.run(outfile)).toEqual({
      ...{ ...plain, hasEngine: false, warnings: [ENGINE_WARNING] },
    })
    copyEngine(project, folder, 'engine.wasm', 'worker.mjs')
    expect(await project.run(outfile)).toEqual(plain)
  },
  PATIENCE_MS,
)
