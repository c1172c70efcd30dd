import { fileSource, type LogSource } from '../replay/source.js'

const standardInput: LogSource = { name: '-', size: null, open: () => process.stdin }

/** Nobody named a log, and nobody will send one. */
export class NoLogNamed extends Error {
  override readonly name = 'NoLogNamed'

  constructor() {
    super('name a log to read, or pipe one in (--help shows how)')
  }
}

/** The logs that a command line names; `-`, or nothing at all, is standard input. */
export const openSources = async (
  names: ReadonlyArray<string>,
): Promise<ReadonlyArray<LogSource>> => {
  if (names.length === 0 && process.stdin.isTTY) throw new NoLogNamed()
  return Promise.all(
    (names.length === 0 ? ['-'] : names).map((name) =>
      name === '-' ? Promise.resolve(standardInput) : fileSource(name),
    ),
  )
}
