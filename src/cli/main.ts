#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { CommanderError } from 'commander'
import { EXIT } from './exit-code.js'
import { createProgram } from './program.js'
import { exitAtSignals } from './signals.js'

const packageJson = new URL('../../package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(packageJson, 'utf8')) as { readonly version: string }

exitAtSignals()

/** Whoever reads what is said may go away; that is no reason to fail. */
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

try {
  const program = await createProgram(version, process.argv[2], (code) => (process.exitCode = code))
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.failed
  } else {
    process.stderr.write(`clientfold: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = EXIT.failed
  }
  // A failed command does not wait for what may still come in.
  process.stdin.destroy()
}
