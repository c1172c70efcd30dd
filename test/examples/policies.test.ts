import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'

/** What other examples import. */
const SHARED = ['fake-clerk.mjs', 'people.mjs']

/** What each example prints. */
const OUTPUTS: Readonly<Record<string, string>> = {
  'audit-actors.mjs': `
2026-05-28T08:00:00.000Z person user_support acted as user_ada from 198.51.100.4: ended
2026-05-28T08:01:00.000Z agent agent_7 acted as user_ada from 198.51.100.4: active
`,
  'most-sessions.mjs': `
Too many sessions: signed out Chrome on Windows, Oslo NO.
Ada is signed in on:
  Safari on iOS, 東京 JP: active
  Firefox on Linux, Bergen NO: active
  Chrome on Windows, Oslo NO: revoked
`,
  'new-country.mjs': `
Nothing new.
New: Chrome on Windows, Bergen NO (browser_name Chrome)
New: Safari on iOS, 東京 JP (country JP, browser_name Safari)
`,
  'sign-out-everywhere.mjs': `
Revoked 2 sessions of Ada:
  Chrome on Windows, Oslo NO: revoked
  Safari on iOS, 東京 JP: revoked
`,
  'sign-out-others.mjs': `
Ada is signed in on:
  Chrome on Windows, Oslo NO: active
  Firefox on Linux, Bergen NO: active (this one)
  Safari on iOS, 東京 JP: active
Signed out: Chrome on Windows, Oslo NO; Safari on iOS, 東京 JP.
Now:
  Chrome on Windows, Oslo NO: revoked
  Firefox on Linux, Bergen NO: active (this one)
  Safari on iOS, 東京 JP: revoked
`,
}

it('every example of a policy is run here', () => {
  const files = readdirSync('examples/policies').filter((file) => !SHARED.includes(file))
  expect(files.sort()).toEqual(Object.keys(OUTPUTS))
})

it.each(Object.entries(OUTPUTS))('the example %s runs, and prints this', (file, output) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [`examples/policies/${file}`], {
    encoding: 'utf8',
    timeout: 30_000,
  })
  expect({ stdout, stderr, status }).toEqual({ stdout: output.trimStart(), stderr: '', status: 0 })
})
