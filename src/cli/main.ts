#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import module from 'node:module'
import { failureReportOf } from './command-failure.js'
import { removeUnfinished } from './output.js'
import { createProgram } from './program.js'
import { exitAtSignals } from './signals.js'

const packageJson = new URL('../../package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(packageJson, 'utf8')) as { readonly version: string }

/** Node 22.8 and later keep compiled code between runs; it is not in the types of Node 20. */
const { enableCompileCache } = module as { readonly enableCompileCache?: () => unknown }
enableCompileCache?.()

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
  const program = createProgram(version, (code) => (process.exitCode = code))
  await program.parseAsync()
} catch (error) {
  fail(error)
  // A command that failed does not wait for more input.
  process.stdin.destroy()
}
