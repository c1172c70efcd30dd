import type { Command } from 'commander'
import { helpFooter } from './help-footer.js'
import { partOption } from './part-option.js'
import { parseTime } from './time-argument.js'
import { TIME_HELP } from './moment-options.js'
import type { CompactArguments } from './compact-run.js'

/** What is wrong with the options together; undefined if nothing is. */
const usageProblem = (
  files: ReadonlyArray<string>,
  { store, before, archive, out, rejects, part }: CompactArguments,
): string | undefined => {
  if (store === undefined) {
    return archive === undefined ? undefined : '--archive is for stores: name one with --store URL'
  }
  const ofLogs = [...files, out, rejects, part].some((each) => each !== undefined)
  if (ofLogs)
    return '--store compacts a store in place: leave out FILE, --out, --rejects and --part'
  return before === undefined
    ? '--store needs --before TIME: questions about moments before it are refused afterwards'
    : undefined
}

/** `clientfold compact`. */
export const addCompact = (program: Command, setExitCode: (code: number) => void): void => {
  const command = program
    .command('compact')
    .summary('write a smaller log that gives the same Clients, or make a store smaller')
    .description(
      'Writes fewer events of logs (NDJSON, gzipped or not), from which every Client is the same. For each client it keeps events with the last version of each session, the last observation, and the times of creation and of the last update. The result is an ordinary log without undocumented keys: logs that were compacted one by one can be concatenated, replayed and compacted again. Such a log cannot say what it lacks: replay --as-of and --known-at answer wrongly about moments before TIME, or about all moments but now without --before, so note TIME in the name of the file. Lines that are not events are refused, named on stderr and left out.\n\nWith --store and --before, it drops such events from a store in use. It can be interrupted and called again. The ids of dropped events stay known, so that a delivery that comes again is a duplicate. Questions about moments before TIME are refused from then on. clientfold scrub then makes the files smaller.',
    )
    .argument('[FILE...]', 'logs to read; - or no FILE means standard input')
    .option(
      '--before <TIME>',
      'keep every event after this moment, so that answers about this moment and later ones stay the same; without it, only answers about now do',
      parseTime,
    )
    .addOption(partOption())
    .option('--store <URL>', 'compact this store: sqlite:PATH or postgres://role@host/database')
    .option('--archive <FILE>', 'append the events that are dropped from the store to the log FILE')
    .option('--out <FILE>', 'write to FILE, which appears only when it is complete')
    .option('--rejects <FILE>', 'write refused lines to FILE, byte for byte')
    .addHelpText(
      'after',
      helpFooter({
        notes: TIME_HELP,
        example: 'clientfold compact log.ndjson --before 2026-05-28 --out smaller.ndjson',
        exitCodes: {
          0: 'everything was compacted',
          1: 'some lines were refused and left out, or clients of the store are damaged',
          2: 'wrong usage, or a file could not be read or written, or the store not used',
        },
      }),
    )
  command.action(async (files: string[], options: CompactArguments) => {
    const problem = usageProblem(files, options)
    if (problem !== undefined) command.error(`error: ${problem}`)
    const { store, before, archive } = options
    if (store === undefined || before === undefined) {
      const { run } = await import('./compact-run.js')
      setExitCode(await run(files, options))
      return
    }
    const { compactStore } = await import('./compact-store.js')
    setExitCode(await compactStore({ store, before, archive }))
  })
}
