import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commentExamples, documentBlocks, exportsOf, type DocBlock } from './doc-blocks.js'

/** Inside the package, so that the examples may import it by its name. */
const folder = resolve('.doc-examples')

const fileOf = ({ name }: DocBlock): string => join(folder, `${name.replace(/\W+/g, '-')}.ts`)

/** `expression // => value`, on one line or two, becomes an assertion. */
const withAssertions = (code: string): string =>
  `import { deepStrictEqual as assertSame } from 'node:assert'\n${code.replace(
    /^( *)((?:else )?)((?:if \(.*?\) )?)(\S.*?)\s*\/\/ => (.*)$/gm,
    '$1$2$3assertSame($4, $5)',
  )}\nexport {}\n`

const blocks = [...documentBlocks(), ...commentExamples()]
const code = blocks.filter(({ language }) => language === 'ts')
const commands = blocks.filter(({ language }) => language === 'sh')

beforeAll(() => {
  mkdirSync(folder, { recursive: true })
  for (const block of code) writeFileSync(fileOf(block), withAssertions(block.code))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** A folder with the examples and a `clientfold` on the path, as after an installation. */
const installed = (): { readonly cwd: string; readonly path: string } => {
  const cwd = mkdtempSync(join(tmpdir(), 'clientfold-docs-'))
  cpSync('examples', join(cwd, 'examples'), { recursive: true })
  const bin = join(cwd, 'bin')
  mkdirSync(bin)
  const shim = `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/cli/main.js')}" "$@"\n`
  writeFileSync(join(bin, 'clientfold'), shim, { mode: 0o755 })
  return { cwd, path: `${bin}:${process.env.PATH ?? ''}` }
}

const { cwd, path } = installed()
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true })
})

describe('code in documents and comments', () => {
  it('is there to be run', () => {
    expect(code.length).toBeGreaterThan(20)
    expect(commands.length).toBeGreaterThanOrEqual(5)
    expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(['ts', 'sh']))
  })

  it('type-checks', () => {
    const program = ts.createProgram(code.map(fileOf), {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts'],
      types: ['node'],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    })
    const messages = ts
      .getPreEmitDiagnostics(program)
      .map(
        ({ file, messageText }) =>
          `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      )
    expect(messages).toEqual([])
  })

  // In one process, one after the other: to start one for each would take a minute.
  describe('each run, and gives what it says', () => {
    const failures = new Map<string, string>()
    beforeAll(() => {
      const runs = code.map((block) => {
        const { outputText } = ts.transpileModule(withAssertions(block.code), {
          compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
        })
        const file = fileOf(block).replace(/ts$/, 'mjs')
        writeFileSync(file, outputText)
        return `await import(${JSON.stringify(file)}).then(
          () => told(${JSON.stringify(block.name)}, ''),
          (error) => told(${JSON.stringify(block.name)}, String(error?.stack ?? error)),
        )`
      })
      const told = `const told = (name, failure) =>
        process.stdout.write('\\u0000' + JSON.stringify([name, failure]) + '\\u0000')`
      const all = join(folder, 'all.mjs')
      writeFileSync(all, [told, ...runs, 'process.exit()'].join('\n'))
      const { stdout, stderr } = spawnSync(process.execPath, [all], { cwd, encoding: 'utf8' })
      expect(stderr).toBe('')
      // Between what the examples print themselves.
      for (const [, said] of stdout.matchAll(/\0(\[.*?\])\0/gs)) {
        const [name, failure] = JSON.parse(said ?? '') as [string, string]
        failures.set(name, failure)
      }
    })

    it.each(code)('$name', ({ name }) => {
      expect(failures.get(name)).toBe('')
    })
  })
})

describe('commands in documents', () => {
  const runnable = commands.filter((block) => !block.code.includes('npm ci'))

  it('are run here, but for the two of the README that install everything', () => {
    const installing = commands.filter((block) => block.code.includes('npm ci'))
    expect(installing.map((block) => block.code.replace(/#.*/, '').trim())).toEqual([
      'npm ci && npm start',
      'npm ci && npm test',
    ])
  })

  it.each(runnable)('$name runs, and prints what it says', ({ code: script, output }) => {
    const { stdout, status, error } = spawnSync('sh', ['-c', script], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, PATH: path },
    })
    expect(error).toBeUndefined()
    expect([0, 1]).toContain(status)
    if (output !== undefined) expect(stdout).toBe(output)
  })
})

describe('every export', () => {
  const all = exportsOf([
    'src/index.ts',
    'src/replay/index.ts',
    'src/http/index.ts',
    'src/clerk/index.ts',
    'src/stores/sqlite/index.ts',
    'src/stores/postgres/index.ts',
    'src/webhooks/index.ts',
    'src/testing/index.ts',
  ])

  it('says what it means', () => {
    expect(all.length).toBeGreaterThan(50)
    expect(all.filter(({ hasComment }) => !hasComment).map(({ name }) => name)).toEqual([])
  })

  it('that is a function has an example', () => {
    const without = all.filter(({ isFunction, hasExample }) => isFunction && !hasExample)
    expect(without.map(({ name }) => name)).toEqual([])
  })
})
