import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'

const CONFIGURATION = ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json']

/** The exit code and the report of the check for a tree that contains only these files. */
const check = (
  files: Readonly<Record<string, string>>,
): { code: number | null; report: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'clientfold-layers-'))
  try {
    for (const name of CONFIGURATION) copyFileSync(name, join(folder, name))
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    const cruiser = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
    const args = [cruiser, '--config', '.dependency-cruiser.mjs', 'src']
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    return { code: status, report: stdout }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const LEAF = 'export const leaf = 1\n'
const importOf = (path: string): string => `import '${path}'\n`

/** A file whose import breaks a rule; `target` is the file that it imports, if that is no package. */
const VIOLATIONS = [
  {
    name: 'domain imports projections',
    importer: 'src/domain/a.ts',
    path: '../projections/leaf.js',
    target: 'src/projections/leaf.ts',
    rule: 'domain-imports-only-events',
  },
  {
    name: 'events imports domain',
    importer: 'src/events/a.ts',
    path: '../domain/leaf.js',
    target: 'src/domain/leaf.ts',
    rule: 'events-imports-only-its-own-layer',
  },
  {
    name: 'testing imports cli',
    importer: 'src/testing/a.ts',
    path: '../cli/leaf.js',
    target: 'src/cli/leaf.ts',
    rule: 'testing-imports-only',
  },
  {
    name: 'a folder of src is no layer',
    importer: 'src/utils/a.ts',
    path: '../events/leaf.js',
    target: 'src/events/leaf.ts',
    rule: 'every-folder-of-src-is-a-layer',
  },
  {
    name: 'domain imports io-ts',
    importer: 'src/domain/b.ts',
    path: 'io-ts',
    rule: 'io-ts-only-in-events',
  },
  {
    name: 'replay imports fast-check',
    importer: 'src/replay/a.ts',
    path: 'fast-check',
    rule: 'fast-check-only-in-testing',
  },
  {
    name: 'domain imports the file system',
    importer: 'src/domain/c.ts',
    path: 'node:fs',
    rule: 'pure-layers-do-no-io',
  },
  {
    name: 'testing imports a test runner',
    importer: 'src/testing/b.ts',
    path: 'vitest',
    rule: 'no-test-runner-in-src',
  },
  {
    name: 'http imports the page of the inspector, which is for a browser',
    importer: 'src/http/e.ts',
    path: '../inspect/page/leaf.js',
    target: 'src/inspect/page/leaf.ts',
    rule: 'the-page-is-imported-nowhere',
  },
  {
    name: 'the page of the inspector uses a module of Node',
    importer: 'src/inspect/page/f.ts',
    path: 'node:crypto',
    rule: 'the-page-uses-no-module-of-node',
  },
  {
    name: 'src imports its tests',
    importer: 'src/domain/d.ts',
    path: '../../test/leaf.js',
    target: 'test/leaf.ts',
    rule: 'src-imports-only-src',
  },
]

describe('the check of the layers', () => {
  let allViolations: ReturnType<typeof check>
  // All violations are in one tree: a tree for each of them would take half a minute.
  beforeAll(() => {
    const files = VIOLATIONS.flatMap(({ importer, path, target }) => [
      ...(target === undefined ? [] : [[target, LEAF]]),
      [importer, importOf(path)],
    ])
    allViolations = check(Object.fromEntries(files) as Record<string, string>)
  })

  it('imports in the allowed direction pass', () => {
    const { code } = check({
      'src/events/a.ts': LEAF,
      'src/domain/b.ts': importOf('../events/a.js'),
      'src/cli/c.ts': importOf('../domain/b.js'),
    })
    expect(code).toBe(0)
  })

  it.each(VIOLATIONS)('the check fails when $name', ({ importer, rule }) => {
    const lines = allViolations.report.split('\n').filter((line) => line.includes(`: ${importer}`))
    expect(lines.join('\n')).toContain(rule)
    expect(allViolations.code).not.toBe(0)
  })

  it('the check fails for a circular import, and when cli loads fast-check indirectly', () => {
    const { report } = check({
      'src/cli/a.ts': importOf('../testing/b.js'),
      'src/testing/b.ts': `${importOf('./c.js')}${importOf('fast-check')}`,
      'src/testing/c.ts': importOf('./b.js'),
    })
    expect(report).toContain('cli-never-loads-fast-check')
    expect(report).toContain('no-circular-import')
  })
})
