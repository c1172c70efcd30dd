#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { failureReportOf } from './command-failure.js'
import { removeUnfinished } from './output.js'
import { createProgram } from './program.js'
import { exitAtSignals } from './signals.js'

const packageJson = new URL('../../package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(packageJson, 'utf8')) as { readonly version: string }

exitAtSignals()

// The reader of a pipe may stop reading at any time. That is not a failure.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

const fail = (error: unknown): void => {
  const { text, exitCode } = failureReportOf(error)
  process.stderr.write(text)
  process.exitCode = exitCode
}

// Thrown outside of the promise of the command, for example in a listener.
process.once('uncaughtException', (error) => {
  fail(error)
  removeUnfinished()
  process.exit()
})

try {
  const program = await createProgram(version, process.argv[2], (code) => (process.exitCode = code))
  await program.parseAsync()
} catch (error) {
  fail(error)
  // A command that failed does not wait for more input.
  process.stdin.destroy()
}
