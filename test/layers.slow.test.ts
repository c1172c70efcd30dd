import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const CONFIGURATION = ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json']

/** What the check of the layers says of a tree that holds these files and nothing else. */
const check = (files: Readonly<Record<string, string>>): { code: number | null; text: string } => {
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
    return { code: status, text: stdout }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const LEAF = 'export const leaf = 1\n'
const importing = (path: string): string => `import '${path}'\n`

/** What is wrong, in which file, by which import, of which other file, and the rule that says so. */
const BREACHES = [
  [
    'domain importing projections',
    'src/domain/b1.ts',
    '../projections/a.js',
    'src/projections/a.ts',
    'domain-imports-only',
  ],
  [
    'events importing domain',
    'src/events/b2.ts',
    '../domain/a.js',
    'src/domain/a.ts',
    'events-imports-only',
  ],
  [
    'testing importing cli',
    'src/testing/b3.ts',
    '../cli/a.js',
    'src/cli/a.ts',
    'testing-imports-only',
  ],
  [
    'a folder of its own',
    'src/utils/b4.ts',
    '../events/a.js',
    'src/events/a.ts',
    'every-folder-is-a-layer',
  ],
  ['io-ts outside events', 'src/domain/b5.ts', 'io-ts', 'src/domain/a.ts', 'io-ts-lives-in-events'],
  [
    'fast-check outside testing',
    'src/replay/b6.ts',
    'fast-check',
    'src/domain/a.ts',
    'fast-check-lives-in-testing',
  ],
  [
    'a file system in domain',
    'src/domain/b7.ts',
    'node:fs',
    'src/domain/a.ts',
    'pure-layers-do-no-io',
  ],
  [
    'a test runner in testing',
    'src/testing/b8.ts',
    'vitest',
    'src/domain/a.ts',
    'no-test-runner-in-src',
  ],
  [
    'src importing its tests',
    'src/domain/b9.ts',
    '../../test/a.js',
    'test/a.ts',
    'src-stands-alone',
  ],
] as const

let broken: ReturnType<typeof check> | undefined

describe('the check of the layers', () => {
  it('passes what runs one way', () => {
    const { code } = check({
      'src/events/a.ts': LEAF,
      'src/domain/b.ts': importing('../events/a.js'),
      'src/cli/c.ts': importing('../domain/b.js'),
    })
    expect(code).toBe(0)
  })

  // All breaches in one tree: to start the check for each of them would take half a minute.
  it.each(BREACHES)('fails %s', (_name, importer, _path, _imported, rule) => {
    broken ??= check(
      Object.fromEntries(
        BREACHES.flatMap(([, from, path, to]) => [
          [to, LEAF],
          [from, importing(path)],
        ]),
      ),
    )
    const told = broken.text.split('\n').filter((line) => line.includes(`: ${importer}`))
    expect(told.join('\n')).toContain(rule)
    expect(broken.code).not.toBe(0)
  })

  it('fails a command that needs fast-check by a detour, and a circle', () => {
    const { text } = check({
      'src/cli/a.ts': importing('../testing/b.js'),
      'src/testing/b.ts': `${importing('./c.js')}import 'fast-check'\n`,
      'src/testing/c.ts': importing('./b.js'),
    })
    expect(text).toContain('the-command-line-needs-no-fast-check')
    expect(text).toContain('no-circle')
  })
})
