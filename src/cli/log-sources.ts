import { filePartSource, type FilePart } from '../replay/file-part.js'
import { fileSource, type LogSource } from '../replay/source.js'
import { CommandFailure } from './command-failure.js'

const standardInput: LogSource = { name: '-', size: null, open: () => process.stdin }

/** The source that a name means. `-` is standard input. */
const sourceOf = async (name: string, part: FilePart | undefined): Promise<LogSource> => {
  if (part === undefined) return name === '-' ? standardInput : fileSource(name)
  if (name !== '-') return filePartSource(name, part)
  throw new CommandFailure(
    'standard input cannot be read in parts: name a file, or leave out --part',
  )
}

/**
 * Finds the logs that a command line names. `-` is standard input, and so is an empty list.
 *
 * @param part - the part of each log that is read; all of it unless given
 * @throws SourceUnreadable if a file does not exist or is a directory, or has no parts.
 * @throws CommandFailure if the list is empty and standard input is a terminal, or if a part of standard
 *   input is wanted.
 */
export const findLogSources = async (
  names: ReadonlyArray<string>,
  part?: FilePart,
): Promise<ReadonlyArray<LogSource>> => {
  if (names.length === 0 && process.stdin.isTTY) {
    throw new CommandFailure(
      'there is no log to read: name a file or pipe a log into the command (--help has an example)',
    )
  }
  return Promise.all((names.length === 0 ? ['-'] : names).map((name) => sourceOf(name, part)))
}
