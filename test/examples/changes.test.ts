import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

it('the example tells a browser within a second that its user was signed out', () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['examples/changes/signed-out.mjs'],
    { encoding: 'utf8', timeout: 20_000 },
  )
  expect({ stdout, stderr, status }).toEqual({
    stdout: 'You were signed out. The browser knew within a second.\n',
    stderr: '',
    status: 0,
  })
})
