import { InvalidArgumentError, Option, type Command } from 'commander'
import { MAX_THREADS } from '../replay/check-arguments.js'
import { helpFooter } from './help-footer.js'
import { addScreenOptions } from './screen-options.js'
import { partOption } from './part-option.js'
import { addClientQueryOptions, TIME_HELP } from './moment-options.js'
import type { ReplayArguments } from './replay-run.js'

const parseThreads = (text: string): number => {
  const threads = Number(text)
  if (/^\d+$/.test(text) && threads >= 1 && threads <= MAX_THREADS) return threads
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${MAX_THREADS}.`)
}

/** `clientfold replay`. */
export const addReplay = (program: Command, setExitCode: (code: number) => void): void => {
  const command = program
    .command('replay')
    .summary('fold event logs into Clients')
    .description(
      'Folds event logs (NDJSON, gzipped or not) into the documented Client objects, and writes one Client per line, in ascending order of id. Lines that are not events are refused and named on stderr; all others are folded. Unlike clientfold show, replay shows the statuses as recorded, unless --at or --as-of is given.',
    )
    .argument('[FILE...]', 'logs to read; - or no FILE means standard input')
  addClientQueryOptions(command, 'recorded')
    .option('--client <ID>', 'write only the client with this id')
    .addOption(
      new Option(
        '--format <FORMAT>',
        'the format of the Clients: one line each, one JSON array, or a table',
      )
        .choices(['ndjson', 'json', 'table'])
        .default('ndjson'),
    )
    .addOption(partOption())
    .option('--out <FILE>', 'write to FILE, which appears only when it is complete')
    .option('--rejects <FILE>', 'write refused lines to FILE, byte for byte')
    .addOption(
      new Option(
        '--engine <ENGINE>',
        'fast: WebAssembly, or JavaScript where WebAssembly is missing; plain: JavaScript; both write the same bytes',
      ).choices(['plain', 'fast']),
    )
    .option('--threads <N>', 'the number of threads; by default one per core', parseThreads)
  addScreenOptions(command)
    .addHelpText(
      'after',
      helpFooter({
        notes: TIME_HELP,
        example: 'clientfold replay log.ndjson --format table --at 2026-05-28T08:00:00Z',
        exitCodes: { 0: 'all lines were folded', 1: 'some lines were refused' },
      }),
    )
    .action(async (files: string[], options: ReplayArguments) => {
      const { run } = await import('./replay-run.js')
      setExitCode(await run(files, options))
    })
}
