import type { Command } from 'commander'
import { failureReportOf } from '../../../src/cli/command-failure.js'
import { createProgram } from '../../../src/cli/program.js'
import type { Ended } from './folder.js'

/** The version of the program that runs in the process of the tests. */
export const TEST_VERSION = '0.0.0-test'

/**
 * Runs a command line in this process, which takes a small part of the time of a process. Only what the
 * option parser writes is in `stdout`: a command that writes more needs `--out`.
 */
export const runInProcess = async (args: ReadonlyArray<string>): Promise<Ended> => {
  let [code, stdout, stderr] = [0, '', '']
  const program = createProgram(TEST_VERSION, (exitCode) => (code = exitCode))
  const capture = (command: Command): void => {
    command.configureOutput({
      writeOut: (text) => (stdout += text),
      writeErr: (text) => (stderr += text),
    })
    command.commands.forEach(capture)
  }
  capture(program)
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    const report = failureReportOf(error)
    code = report.exitCode
    stderr += report.text
  }
  return { code, stdout, stderr }
}

/** The words of a command line. */
export const wordsOf = (line: string): ReadonlyArray<string> => (line === '' ? [] : line.split(' '))
