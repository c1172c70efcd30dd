import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commentExamples, documentBlocks, type DocBlock } from './doc-blocks.js'
import { installed } from './installed.js'

/** The folder is inside the package, so that the examples can import the package by its name. */
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

const { cwd, run } = installed()

describe('the code in documents and comments', () => {
  it('the documents and comments contain code and commands', () => {
    expect(code.length).toBeGreaterThan(20)
    expect(commands.length).toBeGreaterThanOrEqual(5)
    expect(new Set(blocks.map(({ language }) => language))).toEqual(
      // The manifests, the Dockerfile and the route of Next.js run in tests of their own.
      new Set(['ts', 'sh', 'yaml', 'dockerfile', 'tsx']),
    )
  })

  it('all code passes the type check', () => {
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

  // One process runs all of them, one after the other: a process for each would take a minute.
  describe('an example', () => {
    const failures = new Map<string, string>()
    beforeAll(() => {
      const runs = code.map((block) => {
        const { outputText } = ts.transpileModule(withAssertions(block.code), {
          compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
        })
        const file = fileOf(block).replace(/ts$/, 'mjs')
        writeFileSync(file, outputText)
        return `await import(${JSON.stringify(file)}).then(
          () => report(${JSON.stringify(block.name)}, ''),
          (error) => report(${JSON.stringify(block.name)}, String(error?.stack ?? error)),
        )`
      })
      const report = `const report = (name, failure) =>
        process.stdout.write('\\u0000' + JSON.stringify([name, failure]) + '\\u0000')`
      const all = join(folder, 'all.mjs')
      writeFileSync(all, [report, ...runs, 'process.exit()'].join('\n'))
      const { stdout, stderr } = spawnSync(process.execPath, [all], { cwd, encoding: 'utf8' })
      expect(stderr).toBe('')
      // The reports stand between the lines that the examples print.
      for (const [, reported] of stdout.matchAll(/\0(\[.*?\])\0/gs)) {
        const [name, failure] = JSON.parse(reported ?? '') as [string, string]
        failures.set(name, failure)
      }
    })

    it.each(code)('the example at $name runs and gives the values that it shows', ({ name }) => {
      expect(failures.get(name)).toBe('')
    })
  })
})

describe('the commands in documents', () => {
  const runnable = commands.filter((block) => !block.code.includes('npm ci'))

  it('the only commands that do not run here are the two of the README that install everything', () => {
    const installing = commands.filter((block) => block.code.includes('npm ci'))
    expect(installing.map((block) => block.code.replace(/#.*/, '').trim())).toEqual([
      'npm ci && npm start',
      'npm ci && npm test',
    ])
  })

  it.each(runnable)(
    'the command at $name runs and prints the text that follows it',
    ({ code: script, output }) => {
      const { stdout, status, error } = run(script)
      expect(error).toBeUndefined()
      expect([0, 1]).toContain(status)
      if (output !== undefined) expect(stdout).toBe(output)
    },
  )
})
