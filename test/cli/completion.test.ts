import { execFileSync, spawnSync } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { completionLines, completionOf } from '../../src/cli/completion.js'
import { completionScript, SHELLS } from '../../src/cli/completion-scripts.js'
import { createProgram } from '../../src/cli/program.js'
import { SESSION_STATUSES } from '../../src/events/session.js'
import { COMMAND, folderWith, linesOf } from './given/folder.js'
import { runInProcess, TEST_VERSION } from './given/in-process.js'

const program = createProgram(TEST_VERSION, () => undefined)
const complete = (...words: ReadonlyArray<string>) => completionOf(program, words)
const wordsFor = (...words: ReadonlyArray<string>) =>
  complete(...words).candidates.map(({ word }) => word)

it('the first word is any command that the help names', () => {
  const { stdout } = { stdout: program.helpInformation() }
  const named = linesOf(stdout).flatMap((line) => /^ {2}([a-z]+) /.exec(line)?.[1] ?? [])
  expect(named.length).toBeGreaterThan(20)
  expect(wordsFor('')).toEqual(named)
  expect(wordsFor('help', '')).toEqual(named)
})

it.each([
  { words: ['hist'], expected: ['history'] },
  { words: ['quarantine', 're'], expected: ['retry', 'remove'] },
  { words: ['help', 'hist'], expected: ['history'] },
  { words: ['help', 'history', ''], expected: [] },
  { words: ['sessions', '--status', ''], expected: SESSION_STATUSES },
  { words: ['sessions', '--status', 're'], expected: ['replaced', 'revoked', 'removed'] },
  { words: ['sessions', '--status=rev'], expected: ['--status=revoked'] },
  { words: ['sessions', '--status', '=', 'rev'], expected: ['revoked'] },
  { words: ['sessions', '--status', '='], expected: SESSION_STATUSES },
  { words: ['history', '--fo'], expected: ['--format'] },
  { words: ['history', 'client_1', '--format', 'table', '--ut'], expected: ['--utc'] },
  { words: ['history', '--store', 'show', '--fo'], expected: ['--format'] },
  { words: ['completion', ''], expected: SHELLS },
  { words: ['completion', 'bash', ''], expected: [] },
  { words: ['history', ''], expected: [] },
  { words: ['nothing', '--'], expected: ['--version', '--help'] },
])('after $words the words are $expected', ({ words, expected }) => {
  expect(wordsFor(...words)).toEqual(expected)
})

it.each([
  { words: ['replay', ''], takesFile: true },
  { words: ['replay', 'one', 'tw'], takesFile: true },
  { words: ['replay', '--out', ''], takesFile: true },
  { words: ['replay', '--client', ''], takesFile: false },
  { words: ['show', ''], takesFile: false },
])('after $words a file can stand: $takesFile', ({ words, takesFile }) => {
  expect(complete(...words).takesFile).toBe(takesFile)
})

it('every option of every command is completed', () => {
  for (const command of program.commands) {
    for (const { long, hidden } of command.options) {
      if (!hidden) expect(wordsFor(command.name(), '--')).toContain(long)
    }
  }
})

it('what a word means stands on its line, after a tab', () => {
  expect(completionLines(complete('hist'))).toBe(
    'history\tshow the events of a client and what each changed\n',
  )
  expect(completionLines(complete('replay', ''))).toBe(':files\n')
})

it.each(SHELLS)('clientfold completion %s is a script that the shell can read', (shell) => {
  const script = completionScript(shell)
  expect(script).toContain(' complete -- ')
  const { error, status } = spawnSync(shell, ['-n'], { input: script })
  // Only a shell that is installed can say what it cannot read; bash is on every machine of ours.
  if (error === undefined || shell === 'bash') expect(status).toBe(0)
})

it('clientfold completion refuses an unknown shell', async () => {
  const { code, stderr } = await runInProcess(['completion', 'tcsh'])
  expect(code).toBe(2)
  expect(stderr).toContain('bash, zsh, fish')
})

it('bash completes with the script', async () => {
  const folder = await folderWith({
    clientfold: `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' "$@"\n`,
    'log.ndjson': '',
  })
  await chmod(join(folder.path, 'clientfold'), 0o755)
  const completed = (...words: ReadonlyArray<string>): ReadonlyArray<string> => {
    const line = words.map((word) => `'${word}'`).join(' ')
    const script = `source <(clientfold completion bash)
compopt() { echo "compopt $*"; }
COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}
_clientfold
printf '%s\\n' "\${COMPREPLY[@]}"`
    const env = { ...process.env, PATH: `${folder.path}:${process.env.PATH ?? ''}` }
    return linesOf(String(execFileSync('bash', ['-c', script], { cwd: folder.path, env })))
  }
  expect(completed('clientfold', 'se')).toEqual(['sessions', 'serve'])
  expect(completed('clientfold', 'sessions', '--status', '=', 'a')).toEqual(['active', 'abandoned'])
  expect(completed('clientfold', 'replay', '')).toEqual(['compopt -o default', ''])
})
