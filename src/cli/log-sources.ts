import { fileSource, type LogSource } from '../replay/source.js'
import { CommandFailure } from './command-failure.js'

const standardInput: LogSource = { name: '-', size: null, open: () => process.stdin }

/**
 * Finds the logs that a command line names. `-` is standard input, and so is an empty list.
 *
 * @throws SourceUnreadable if a file does not exist or is a directory.
 * @throws CommandFailure if the list is empty and standard input is a terminal.
 */
export const findLogSources = async (
  names: ReadonlyArray<string>,
): Promise<ReadonlyArray<LogSource>> => {
  if (names.length === 0 && process.stdin.isTTY) {
    throw new CommandFailure(
      'there is no log to read: name a file or pipe a log into the command (--help has an example)',
    )
  }
  return Promise.all(
    (names.length === 0 ? ['-'] : names).map((name) =>
      name === '-' ? Promise.resolve(standardInput) : fileSource(name),
    ),
  )
}
