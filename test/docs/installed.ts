import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll } from 'vitest'

/** What a document tells a reader to run, and what came of it. */
export interface ScriptEnd {
  readonly stdout: string
  readonly status: number | null
  readonly error: Error | undefined
}

/** A folder in which the commands of documents run. */
export interface InstalledFolder {
  readonly cwd: string
  readonly run: (script: string, env?: Readonly<Record<string, string>>) => ScriptEnd
}

/** GNU parallel as far as the guides use it, where it is not installed: one command for each line of input. */
const PARALLEL = '#!/bin/sh\nexec xargs -I {} "$@"\n'

const isMissing = (command: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0

/** A folder with the examples and a `clientfold` on the path, as after an installation. */
export const installed = (): InstalledFolder => {
  const cwd = mkdtempSync(join(tmpdir(), 'clientfold-docs-'))
  afterAll(() => {
    rmSync(cwd, { recursive: true, force: true })
  })
  cpSync('examples', join(cwd, 'examples'), { recursive: true })
  const bin = join(cwd, 'bin')
  mkdirSync(bin)
  const shim = `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/cli/main.js')}" "$@"\n`
  writeFileSync(join(bin, 'clientfold'), shim, { mode: 0o755 })
  if (isMissing('parallel')) writeFileSync(join(bin, 'parallel'), PARALLEL, { mode: 0o755 })
  const path = `${bin}:${process.env.PATH ?? ''}`
  return {
    cwd,
    run: (script, env = {}) => {
      const options = {
        cwd,
        encoding: 'utf8',
        env: { ...process.env, ...env, PATH: path },
      } as const
      const { stdout, status, error } = spawnSync('sh', ['-c', script], options)
      return { stdout, status, error }
    },
  }
}
